#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

#include "base/utf8.hpp"
#include "expr/builtins.hpp"
#include "expr/formats.hpp"
#include "expr/operations.hpp"
#include "expr/split.hpp"
#include "record/json.hpp"

namespace flowrun::expr {
namespace {

// Unicode's white space.
constexpr std::string_view blanks[] = {" ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u0085",
                                       "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004",
                                       "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200A", "\u2028",
                                       "\u2029", "\u202F", "\u205F", "\u3000"};

Value starts_with(Evaluation& run, const Value& input, const Value* arguments) {
  if (!input.is_text() || !arguments[0].is_text()) return run.fail("startswith() requires string inputs");
  return Value::boolean(input.as_text().starts_with(arguments[0].as_text()));
}

Value ends_with(Evaluation& run, const Value& input, const Value* arguments) {
  if (!input.is_text() || !arguments[0].is_text()) return run.fail("endswith() requires string inputs");
  return Value::boolean(input.as_text().ends_with(arguments[0].as_text()));
}

// A part of a text; it shares the memory of the whole.
Value part_of(const Value& whole, std::size_t from, std::size_t size) {
  return Value::text(whole.as_text().substr(from, size));
}

Value trim_start_text(Evaluation& run, const Value& input, const Value* arguments) {
  const Value found = starts_with(run, input, arguments);
  if (found.is_nothing() || !found.holds()) return found.is_nothing() ? found : input;
  return part_of(input, arguments[0].as_text().size(), std::string_view::npos);
}

Value trim_end_text(Evaluation& run, const Value& input, const Value* arguments) {
  const Value found = ends_with(run, input, arguments);
  if (found.is_nothing() || !found.holds()) return found.is_nothing() ? found : input;
  return part_of(input, 0, input.as_text().size() - arguments[0].as_text().size());
}

Value trim_text(Evaluation& run, const Value& input, const Value* arguments) {
  const Value trimmed = trim_start_text(run, input, arguments);
  return trimmed.is_nothing() ? trimmed : trim_end_text(run, trimmed, arguments);
}

template <bool at_start, bool at_end>
Value trim(Evaluation& run, const Value& input, const Value*) {
  if (!input.is_text()) return run.fail("trim input must be a string");
  const auto text = input.as_text();
  auto left = text;
  const auto begins = [&](std::string_view blank) { return left.starts_with(blank); };
  const auto ends = [&](std::string_view blank) { return left.ends_with(blank); };
  for (auto blank = std::begin(blanks); at_start && blank != std::end(blanks);) {
    blank = std::find_if(std::begin(blanks), std::end(blanks), begins);
    if (blank != std::end(blanks)) left.remove_prefix(blank->size());
  }
  for (auto blank = std::begin(blanks); at_end && blank != std::end(blanks);) {
    blank = std::find_if(std::begin(blanks), std::end(blanks), ends);
    if (blank != std::end(blanks)) left.remove_suffix(blank->size());
  }
  return left.size() == text.size() ? input
                                    : part_of(input, static_cast<std::size_t>(left.data() - text.data()), left.size());
}

Value explode(Evaluation& run, const Value& input, const Value*) {
  if (!input.is_text()) return run.fail("explode input must be a string");
  const auto text = input.as_text();
  if (!run.has_room(count_code_points(input.as_text()) * sizeof(Value))) return {};
  Gathering code_points(run);
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = code_point_offset(text.substr(i), 1);
    std::uint32_t code_point = static_cast<unsigned char>(text[i]);
    if (length > 1) code_point &= 0xFFU >> (length + 1);
    for (std::size_t tail = 1; tail < length; ++tail)
      code_point = (code_point << 6) | (static_cast<unsigned char>(text[i + tail]) & 0x3F);
    code_points.add(Value::integer(code_point));
    i += length;
  }
  return code_points.array();
}

Value implode(Evaluation& run, const Value& input, const Value*) {
  if (input.kind() != Kind::array) return run.fail("implode input must be an array");
  std::string text;
  for (const Value& item : input.items()) {
    if (!item.is_numeric() || std::isnan(to_double(item)))
      return type_error(run, item, "can't be imploded, unicode codepoint needs to be numeric");
    const double number = std::trunc(to_double(item));
    const bool valid = number >= 0 && number <= 0x10FFFF && !(number >= 0xD800 && number < 0xE000);
    append_code_point(valid ? static_cast<std::uint32_t>(number) : 0xFFFD, text);
  }
  return run.has_room(text.size()) ? Value::text(text, *run.arena) : Value();
}

template <char from, char to>
Value change_case(Evaluation& run, const Value& input, const Value*) {
  if (!input.is_text()) return run.fail("explode input must be a string");
  const auto text = input.as_text();
  const auto changes = [](char c) { return c >= from && c <= to; };
  if (std::none_of(text.begin(), text.end(), changes)) return input;
  char shorter[Value::most_inline];
  if (!run.has_room(text.size())) return {};
  char* const start =
      text.size() <= Value::most_inline ? shorter : static_cast<char*>(run.arena->allocate(text.size()));
  std::transform(text.begin(), text.end(), start, [&](char c) { return changes(c) ? static_cast<char>(c ^ 0x20) : c; });
  return Value::text(std::string_view(start, text.size()));
}

bool can_split(Evaluation& run, const Value& input, const Value& separator) {
  if (input.is_text() && separator.is_text()) return true;
  run.fail("split input and separator must be strings");
  return false;
}

Value split(Evaluation& run, const Value& input, const Value* arguments) {
  if (!can_split(run, input, arguments[0])) return {};
  return split_text(run, input.as_text(), arguments[0].as_text());
}

// Split by one separator, most often for its pieces alone.
class Split final : public Node {
 public:
  explicit Split(const Node* separator) : Node(true), separator_(separator) {}

  Value one(Frame& frame, const Value& input) const override {
    const Value separator = separator_->one(frame, input);
    return separator.is_nothing() ? separator : split(frame.run, input, &separator);
  }
  bool each_item(Frame& frame, const Value& input, Emit emit) const override {
    Value room;
    const Value& separator = separator_->see(frame, input, room);
    if (separator.is_nothing()) return !frame.run.stopped();
    if (!can_split(frame.run, input, separator)) return false;
    return each_piece(input.as_text(), separator.as_text(), [&](const Value& piece) {
      return frame.run.step() && emit({piece, nullptr});
    });
  }

 private:
  const Node* separator_;
};

NodePtr make_split(const std::vector<const Node*>& arguments) {
  if (arguments[0]->is_single()) return std::make_unique<Split>(arguments[0]);
  return make_native_call(split, arguments, false);
}

// Null is nothing, numbers and booleans as JSON; only texts can be added.
Value join(Evaluation& run, const Value& input, const Value* arguments) {
  std::string joined;
  bool first = true;
  const bool complete = for_each_item(run, input, [&](const Value& item) {
    const Value& separator = arguments[0];
    const bool is_addable = item.is_text() || item.is_null() || item.is_numeric() || item.kind() == Kind::boolean;
    if (!first && !separator.is_text() && !separator.is_null())
      return type_error(run, Value::text(joined, *run.arena), separator, "cannot be added"), false;
    if (!first && separator.is_text()) joined += separator.as_text();
    first = false;
    if (!is_addable) return type_error(run, Value::text(joined, *run.arena), item, "cannot be added"), false;
    if (item.is_text()) joined += item.as_text();
    if (item.is_numeric() || item.kind() == Kind::boolean) write_json(item, joined);
    return run.has_room(joined.size());
  });
  return complete ? Value::text(joined, *run.arena) : Value();
}

Value positions_of_text(Evaluation& run, std::string_view text, std::string_view part) {
  Gathering found(run);
  std::size_t counted_to = 0;
  std::int64_t code_points = 0;
  if (part.empty()) return found.array();
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    code_points += static_cast<std::int64_t>(count_code_points(text.substr(counted_to, at - counted_to)));
    counted_to = at;
    found.add(Value::integer(code_points));
  }
  return found.array();
}

Value indices(Evaluation& run, const Value& input, const Value* arguments) {
  const Value& wanted = arguments[0];
  if (input.is_text() && wanted.is_text()) return positions_of_text(run, input.as_text(), wanted.as_text());
  if (input.kind() != Kind::array) return index(run, input, wanted);
  if (wanted.kind() == Kind::array) return indices_of_items(run, input, wanted);
  Value* const part = new_items(*run.arena, 1);
  part[0] = wanted;
  return indices_of_items(run, input, Value::array(part, 1));
}

Value indices_in_text(Evaluation& run, const Value& input, const Value* arguments) {
  if (!input.is_text()) return type_error(run, input, "cannot be searched, as it is not a string");
  if (!arguments[0].is_text()) return type_error(run, arguments[0], "is not a string");
  return positions_of_text(run, input.as_text(), arguments[0].as_text());
}

template <bool last>
Value index_of(Evaluation& run, const Value& input, const Value* arguments) {
  const Value found = indices(run, input, arguments);
  if (found.is_nothing() || found.is_null()) return found;
  if (found.kind() != Kind::array) return index(run, found, Value::integer(0));
  if (found.size() == 0) return Value::null();
  return found.items()[last ? found.size() - 1 : 0];
}

Value byte_length(Evaluation& run, const Value& input, const Value*) {
  if (!input.is_text()) return type_error(run, input, "only strings have UTF-8 byte length");
  return Value::integer(static_cast<std::int64_t>(input.as_text().size()));
}

// JSON's numbers, and what jq's own reader takes besides: a plus, a bare point, nan.
Value to_number(Evaluation& run, const Value& input, const Value*) {
  if (input.is_numeric()) return input;
  const auto text = input.is_text() ? input.as_text() : std::string_view();
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  const bool begins =
      !digits.empty() && (digits[0] != '-' || digits.size() > 1) && !(text[0] == '+' && digits[0] == '-');
  std::int64_t integer = 0;
  double number = 0;
  const char* const end = digits.data() + digits.size();
  if (begins) {
    const auto read = std::from_chars(digits.data(), end, integer);
    if (read.ptr == end && read.ec == std::errc()) return Value::integer(integer);
    if (read.ptr == end && read.ec == std::errc::result_out_of_range)
      return Value::digits(digits.size() > Value::most_inline ? run.arena->copy(digits) : digits);
    const auto real = std::from_chars(digits.data(), end, number);
    if (real.ptr == end && real.ec == std::errc()) return Value::number(number);
    if (real.ptr == end && real.ec == std::errc::result_out_of_range)
      return Value::number(to_double(Value::digits(digits)));
  }
  return type_error(run, input, "cannot be parsed as a number");
}

Value formatted(Evaluation& run, const Value& input, const Value* arguments) {
  if (!arguments[0].is_text()) return type_error(run, arguments[0], "is not a valid format");
  const auto format = find_format(fmt::format("@{}", arguments[0].as_text()));
  return format ? format_value(run, *format, input)
                : run.fail(fmt::format("{} is not a valid format", arguments[0].as_text()));
}

Value ascii(Evaluation& run, const Value& input, const Value*) {
  if (!input.is_numeric()) return type_error(run, input, "number required");
  std::string text;
  append_code_point(static_cast<std::uint32_t>(to_double(input)) & 0x7F, text);
  return Value::text(text);
}

}  // namespace

std::span<const Builtin> text_builtins() {
  static const Builtin table[] = {
      {.name = "startswith", .arity = 1, .meaning = "whether the text begins so", .function = starts_with},
      {.name = "endswith", .arity = 1, .meaning = "whether the text ends so", .function = ends_with},
      {.name = "ltrimstr", .arity = 1, .meaning = "the text without that beginning", .function = trim_start_text},
      {.name = "rtrimstr", .arity = 1, .meaning = "the text without that end", .function = trim_end_text},
      {.name = "trimstr", .arity = 1, .meaning = "the text without that beginning and end", .function = trim_text},
      {.name = "trim", .meaning = "the text without white space around it", .function = trim<true, true>},
      {.name = "ltrim", .meaning = "the text without white space before it", .function = trim<true, false>},
      {.name = "rtrim", .meaning = "the text without white space behind it", .function = trim<false, true>},
      {.name = "explode", .meaning = "the code points of the text", .function = explode},
      {.name = "implode", .meaning = "the text of the code points", .function = implode},
      {.name = "ascii_downcase", .meaning = "A to Z in lower case", .function = change_case<'A', 'Z'>},
      {.name = "ascii_upcase", .meaning = "a to z in upper case", .function = change_case<'a', 'z'>},
      {.name = "ascii", .meaning = "the character of an ASCII code", .function = ascii},
      {.name = "split", .arity = 1, .meaning = "the pieces between the separators", .factory = make_split},
      {.name = "join",
       .arity = 1,
       .meaning = "the items as one text with the separator between them",
       .function = join},
      {.name = "indices", .arity = 1, .meaning = "where the part begins in a text or an array", .function = indices},
      {.name = "index", .arity = 1, .meaning = "where the part begins first", .function = index_of<false>},
      {.name = "rindex", .arity = 1, .meaning = "where the part begins last", .function = index_of<true>},
      {.name = "_strindices", .arity = 1, .meaning = "the same of texts alone", .function = indices_in_text},
      {.name = "format", .arity = 1, .meaning = "the input in a format: text, json, csv, ...", .function = formatted},
      {.name = "utf8bytelength", .meaning = "the bytes of the text", .function = byte_length},
      {.name = "tonumber", .meaning = "the number of a text", .function = to_number},
  };
  return table;
}

}  // namespace flowrun::expr
