#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "expr/program.hpp"
#include "expr/stack.hpp"

using namespace flowrun;

namespace {

// The bytes up to a NUL are an expression, those behind it another one that makes its input.
void evaluate(std::string_view bytes) {
  const auto split = bytes.find('\0');
  const auto text = bytes.substr(0, split);
  const auto input_text = split == std::string_view::npos ? std::string_view("null") : bytes.substr(split + 1);
  expr::Environment environment;
  environment.variables = {"key", "time", "meta"};
  const auto program = expr::compile(text, environment);
  if (!program) return;
  const auto again = expr::compile((*program)->canonical_text(), environment);
  if (!again || (*again)->canonical_text() != (*program)->canonical_text()) std::abort();
  Arena arena;
  expr::Machine machine(expr::Budget{.steps = 20'000, .bytes = 4 * 1024 * 1024});
  std::vector<Value> inputs;
  const auto maker = expr::compile(input_text, {});
  if (maker) machine.each(**maker, Value::null(), {}, arena, inputs);
  if (inputs.empty()) inputs.push_back(Value::null());
  const Value variables[] = {Value::text("key"), Value::integer(1), Value::null()};
  std::vector<Value> outputs;
  machine.each(**program, inputs.back(), variables, arena, outputs);
  machine.one(**program, inputs.back(), variables, arena);
}

}  // namespace

// Compiles and evaluates anything: no crash, no endless loop, and canonical texts that compile to themselves.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // jq's texts are UTF-8; whoever reads them checks that first.
  for (std::size_t i = 0; i < size; ++i)
    if (data[i] >= 0x80) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  evaluate(bytes);
  return 0;
}
