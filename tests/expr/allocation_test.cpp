#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <new>

#include "expr/program.hpp"

using namespace flowrun;

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* const memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(bytes == 0 ? 1 : bytes);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

TEST_CASE("an evaluation allocates nothing but in the arena") {
  const std::string text =
      GENERATE(".price * 0.9 > 100 and (.channel | contains(\"oo\"))", "{id, user: .channel, total: (.price * 2)}",
               ".id // .price", "\"\\(.channel)-\\(.channel)\"", "select(.channel == \"facebook\") | .id",
               "[.id, .price, (1, 2)]", "reduce range(.id) as $i (0; . + $i)", "if .id > 3 then .a.b.c else empty end",
               "def half($x): $x / 2; half(.price)", ".channel | ascii_upcase | startswith(\"F\")",
               ".id as $x | {x: $x} | .y = 1", "try error(\"x\") catch .");
  const auto compiled = expr::compile(text, {});
  REQUIRE(compiled.ok());
  Arena arena;
  Member* const members = new_members(arena, 3);
  members[0] = {Value::text("id"), Value::integer(7)};
  members[1] = {Value::text("price"), Value::number(120.5)};
  members[2] = {Value::text("channel"), Value::text("facebook")};
  const Value event = Value::object(members, 3);
  Arena results;
  expr::Machine machine;
  const auto evaluate = [&] {
    results.clear();
    return machine.one(**compiled, event, {}, results).outputs;
  };
  const auto first = evaluate();  // what is kept from one evaluation to the next is allocated now
  const std::size_t before = allocations;
  bool same = true;
  for (int i = 0; i < 100; ++i) same = same && evaluate() == first;
  const std::size_t added = allocations - before;
  INFO(text);
  CHECK(same);
  CHECK(added == 0);
}
