#include "expr/eval.hpp"

#include <iostream>
#include <span>
#include <unistd.h>

#include "base/failure.hpp"
#include "command.hpp"
#include "os/file.hpp"

namespace flowrun {
namespace {

/// `--arg a 1 --arg b 2` comes as a, 1, b, 2.
std::vector<std::pair<std::string, std::string>> pairs(const std::vector<std::string>& words) {
  std::vector<std::pair<std::string, std::string>> made;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) made.emplace_back(words[i], words[i + 1]);
  return made;
}

int indentation(const Invocation& invocation) {
  const std::string* const text = invocation.find("indent");
  if (text == nullptr) return 2;
  if (text->size() == 1 && *text >= "0" && *text <= "7") return (*text)[0] - '0';
  throw Failure(ExitCode::usage, "--indent \"" + *text + "\": expected 0 to 7");
}

std::size_t read_input(std::span<char> room) {
  const auto size = read_some(STDIN_FILENO, room, "standard input");
  if (!size) throw Failure(ExitCode::usage, size.error().message);
  return *size;
}

int eval(const Invocation& invocation) {
  expr::EvalOptions options;
  options.expression = invocation.arguments.front();
  options.null_input = invocation.has("null-input");
  options.slurp = invocation.has("slurp");
  options.raw_output = invocation.has("raw-output");
  options.join_output = invocation.has("join-output");
  options.compact = invocation.has("compact-output");
  options.sort_keys = invocation.has("sort-keys");
  options.exit_status = invocation.has("exit-status");
  options.tab = invocation.has("tab");
  options.indent = indentation(invocation);
  options.text_arguments = pairs(invocation.all("arg"));
  options.json_arguments = pairs(invocation.all("argjson"));
  std::ios::sync_with_stdio(false);
  const int code = expr::evaluate_stream(options, read_input, std::cout, std::cerr);
  if (!std::cout.flush()) throw Failure(ExitCode::running_failed, "standard output cannot be written");
  return code;
}

CommandOption option(std::string name, char letter, std::string value_name, std::string help) {
  CommandOption made;
  made.name = std::move(name);
  made.letter = letter;
  made.value_name = std::move(value_name);
  made.help = std::move(help);
  return made;
}

}  // namespace

Command eval_command() {
  Command made;
  made.name = "eval";
  made.arguments = "EXPR";
  made.fewest = made.most = 1;
  made.summary = "evaluates a jq expression over the JSON values of standard input";
  made.options = {option("null-input", 'n', "", "one evaluation, over null"),
                  option("slurp", 's', "", "all values as one array"),
                  option("raw-output", 'r', "", "texts without quotes"),
                  option("join-output", 'j', "", "the same, without newlines"),
                  option("compact-output", 'c', "", "a line per value"),
                  option("sort-keys", 'S', "", "objects by their keys"),
                  option("exit-status", 'e', "", "exit code 1 if the last output is false or null, 4 if there is none"),
                  option("tab", 0, "", "indents with tabs"),
                  option("indent", 0, "N", "blanks per level, 0 to 7"),
                  option("arg", 0, "NAME VALUE", "gives $NAME a text"),
                  option("argjson", 0, "NAME VALUE", "gives $NAME a JSON value")};
  for (CommandOption& each : made.options) each.repeatable = each.values() == 2;
  made.examples = {{"echo '{\"a\":[1,2]}' | flowrun eval '.a | add'", "prints 3"}};
  made.run = eval;
  return made;
}

}  // namespace flowrun
