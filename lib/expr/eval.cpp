#include "expr/eval.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <ostream>

#include "base/clock.hpp"
#include "base/utf8.hpp"
#include "expr/eval_reader.hpp"
#include "expr/lenient_json.hpp"
#include "expr/program.hpp"
#include "expr/stack.hpp"
#include "record/json.hpp"
#include "record/member_index.hpp"

extern char** environ;

namespace flowrun::expr {
namespace {

constexpr std::size_t most_printed = 64 * 1024;
constexpr int usage = 2, bad_expression = 3, uncaught_error = 5, last_is_false = 1, no_output = 4;

Value object_of(const std::vector<std::pair<std::string, Value>>& fields, Arena& arena) {
  Member* const members = new_members(arena, fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) members[i] = {Value::text(fields[i].first, arena), fields[i].second};
  const Value object = Value::object(members, fields.size());
  if (fields.size() > most_unindexed) index_members(object, arena);
  return object;
}

// Without the variables that hold secrets of flows.
Value process_environment(Arena& arena) {
  std::vector<std::pair<std::string, Value>> fields;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos && !text.starts_with("FLOWRUN_SECRET_"))
      fields.emplace_back(std::string(text.substr(0, equals)), Value::text(text.substr(equals + 1), arena));
  }
  return object_of(fields, arena);
}

// The line that a fault stands on, with a caret under it.
void print_fault(const CompileError& fault, std::string_view text, std::ostream& errors) {
  const std::size_t offset = std::min(fault.offset, text.size());
  const std::size_t begin = text.rfind('\n', offset == 0 ? 0 : offset - 1) == std::string_view::npos || offset == 0
                                ? 0
                                : text.rfind('\n', offset - 1) + 1;
  const auto line = text.substr(begin, std::min(text.find('\n', begin), text.size()) - begin);
  const auto line_number = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
  const std::size_t room = line.size() > offset - begin ? line.size() - (offset - begin) : 1;
  errors << fmt::format("{}:{}: error[{}]: {}\n  {}\n  {}{}\n", line_number, offset - begin + 1, fault.code,
                        fault.message, line, std::string(offset - begin, ' '),
                        std::string(std::clamp<std::size_t>(fault.length, 1, room), '^'));
  if (!fault.hint.empty()) errors << "hint: " << fault.hint << "\n";
}

/// One run of `eval`: the program, and what its outputs have said so far.
class EvalRun {
 public:
  EvalRun(const EvalOptions& options, std::ostream& output, std::ostream& errors)
      : options_(options), output_(output), errors_(errors) {
    machine_.set_print([&](std::string_view line) { say(line); });
    machine_.set_now(clock_.now());
  }

  int compile_expression() {
    Environment environment;
    environment.interactive = true;
    std::vector<std::pair<std::string, Value>> named;
    for (const auto& [name, text] : options_.text_arguments) named.emplace_back(name, Value::text(text, constants_));
    for (const auto& [name, text] : options_.json_arguments) {
      auto value = JsonReader().read(text, constants_);
      if (!value) {
        errors_ << fmt::format("flowrun: error: --argjson {}: {}\n", name, value.error().message);
        return usage;
      }
      named.emplace_back(name, *value);
    }
    environment.constants = named;
    environment.constants.emplace_back("ARGS", object_of({{"positional", Value::array(new_items(constants_, 0), 0)},
                                                          {"named", object_of(named, constants_)}},
                                                         constants_));
    environment.constants.emplace_back("ENV", process_environment(constants_));
    auto compiled = compile(options_.expression, environment);
    if (!compiled) {
      for (const auto& fault : compiled.error()) print_fault(fault, options_.expression, errors_);
      return bad_expression;
    }
    program_ = *compiled;
    reader_.emplace(options_.slurp ? Projection::everything() : program_->reads());
    return 0;
  }

  int run(const ReadBytes& input) {
    const int code = options_.null_input ? (evaluate(Value::null()), 0)
                     : options_.slurp    ? run_once(input)
                                         : run_each(input);
    flush();
    return code != 0 ? code : exit_code();
  }

 private:
  int run_once(const ReadBytes& input) {
    ValueCutter cutter(input);
    std::vector<Value> values;
    for (auto text = cutter.next(); !text.empty(); text = cutter.next()) {
      values.push_back(read(text, cutter.line()));
      if (values.back().is_nothing()) return usage;
    }
    Value* const items = new_items(arena_, values.size());
    std::copy(values.begin(), values.end(), items);
    evaluate(Value::array(items, values.size()));
    return 0;
  }

  // Most inputs have a value on each line. Where a line is none, texts are cut out byte by byte, and the more of them
  // before lines are tried again the more often that was so.
  int run_each(const ReadBytes& input) {
    constexpr std::size_t most_cut = 1024;
    ValueCutter cutter([&](std::span<char> room) {
      flush();  // it may be long until there is more
      const std::size_t size = input(room);
      machine_.set_now(clock_.now());
      return size;
    });
    for (std::size_t to_cut = 0;;) {
      if (evaluate_lines(cutter)) {
        to_cut = 0;
        continue;
      }
      to_cut = std::min(2 * to_cut + 1, most_cut);
      for (std::size_t cut = 0; cut < to_cut; ++cut) {
        const auto text = cutter.next();
        if (text.empty()) return 0;
        arena_.clear();
        const Value value = read(text, cutter.line());
        if (value.is_nothing()) return usage;
        evaluate(value);
      }
    }
  }

  // Reads the lines that are there where they stand. False: at the next one, if any, there is not one value.
  bool evaluate_lines(ValueCutter& cutter) {
    const auto lines = cutter.lines_ahead();
    if (lines.empty()) return false;
    reader_->begin_lines(lines);
    std::size_t begin = 0;
    std::size_t newlines = 0;
    while (begin < lines.size()) {
      const std::size_t end = lines.find('\n', begin);
      const auto line = lines.substr(begin, end - begin);
      if (line.find_first_not_of(" \t\r") != line.npos) {
        arena_.clear();
        const auto value = reader_->read_line(line, arena_);
        if (!value) break;
        evaluate(*value);
      }
      begin += line.size();
      if (end != lines.npos) ++begin, ++newlines;
    }
    cutter.take(begin, newlines);
    return begin == lines.size();
  }

  // As jq does: `nan` and the like too, and U+FFFD for what is no UTF-8. Nothing where the text is no value.
  Value read(std::string_view text, std::size_t line) {
    const auto value = reader_->read(text, arena_);
    if (value) return *value;
    std::string valid;
    append_valid_utf8(text, valid);
    if (const auto lenient = read_lenient_json(valid, arena_)) return *lenient;
    say(fmt::format("flowrun: error: input:{}: {}\n", line, value.error().message));
    return {};
  }

  void evaluate(const Value& value) {
    if (program_->is_single()) {
      const Outcome outcome = machine_.one(*program_, value, {}, arena_);
      if (outcome.outputs == Outputs::one) print(outcome.value);
      if (outcome.outputs != Outputs::error) return;
    } else {
      outputs_.clear();
      const bool complete = machine_.each(*program_, value, {}, arena_, outputs_);
      for (const Value& output : outputs_) print(output);
      if (complete) return;
    }
    failed_ = true;
    say(fmt::format("flowrun: error: {}\n", machine_.error()));
  }

  // To standard error, behind the outputs before it.
  void say(std::string_view text) {
    flush();
    errors_ << text;
  }
  void flush() {
    output_ << printed_ << std::flush;
    printed_.clear();
  }

  void print(const Value& value) {
    any_output_ = true;
    last_holds_ = value.holds();
    const JsonLayout layout{options_.compact ? 0 : options_.indent, !options_.compact && options_.tab,
                            options_.sort_keys};
    if ((options_.raw_output || options_.join_output) && value.is_text())
      printed_ += value.as_text();
    else if (layout.indent == 0 && !layout.tab && !layout.sort_keys)
      write_json(value, printed_);
    else
      write_json(value, layout, printed_);
    if (!options_.join_output) printed_ += '\n';
    if (printed_.size() > most_printed) flush();
  }

  int exit_code() const {
    if (failed_) return uncaught_error;
    if (!options_.exit_status) return 0;
    if (!any_output_) return no_output;
    return last_holds_ ? 0 : last_is_false;
  }

  const EvalOptions& options_;
  std::ostream& output_;
  std::ostream& errors_;
  Arena constants_;
  Arena arena_;
  std::optional<JsonReader> reader_;  // of what the expression reads
  Machine machine_;
  SystemClock clock_;
  std::shared_ptr<const Program> program_;
  std::vector<Value> outputs_;
  std::string printed_;  // and not written yet
  bool failed_ = false;
  bool any_output_ = false;
  bool last_holds_ = false;
};

}  // namespace

int evaluate_stream(const EvalOptions& options, const ReadBytes& input, std::ostream& output, std::ostream& errors) {
  int code = 0;
  call_on_evaluation_stack([&] {
    EvalRun run(options, output, errors);
    code = run.compile_expression();
    if (code == 0) code = run.run(input);
  });
  return code;
}

}  // namespace flowrun::expr
