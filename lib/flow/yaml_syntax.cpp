#include "flow/yaml_syntax.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "flow/diagnostic_codes.hpp"
#include "flow/yaml_lexical.hpp"
#include "flow/yaml_line.hpp"

namespace flowrun {

namespace {

using Explanation = std::optional<Diagnostic>;

Diagnostic fault(std::string_view code, SourceSpan span, std::string message, std::string hint) {
  return {Severity::error, std::string(code), span, std::move(message), std::move(hint), nullptr};
}

Diagnostic syntax(SourceSpan span, std::string message, std::string hint = {}) {
  return fault(Code::yaml_syntax, span, std::move(message), std::move(hint));
}

// The refusal, and where to look for its cause.
struct Scene {
  const SourceText& source;
  const YamlRefusal& refusal;
  const YamlProgress& progress;
  std::size_t offset;  // of the refusal, within the text

  std::string_view text() const { return source.text(); }
  bool reason_is(std::string_view reason) const { return refusal.reason.find(reason) != std::string::npos; }
  std::size_t line() const { return source.position(offset).line; }
};

std::string place(TextPosition position) { return fmt::format("line {}, column {}", position.line, position.column); }

Explanation explain_escape(const Scene& scene) {
  if (!scene.reason_is("escape character") && !scene.reason_is("hex number") && !scene.reason_is("invalid unicode"))
    return {};
  const std::size_t backslash =
      std::min(scene.text().rfind('\\', scene.offset > 0 ? scene.offset - 1 : 0), scene.offset);
  const SourceSpan span{backslash, std::max(scene.offset, backslash + 1)};
  if (scene.text().substr(backslash, 2) == "\\(") {
    return syntax({backslash, backslash + 2}, "found `\\(` in double quotes, where YAML expects an escape of its own",
                  "put the text in single quotes: 'amount was \\(.amount)'");
  }
  return syntax(span, fmt::format("found `{}`, which is no escape of YAML's", text_of(scene.text(), span)),
                "write `\\\\` for a backslash, or put the text in single quotes");
}

// The quote of a text that begins a token, at `from` or behind it; nothing: none does before `limit`.
std::size_t next_quote(std::string_view text, std::size_t from, std::size_t limit) {
  for (std::size_t at = from; at < limit; ++at) {
    const bool begins_token = at == 0 || std::string_view(" \t\n[{,:").find(text[at - 1]) != std::string_view::npos;
    if (text[at] == '#' && begins_token) at = std::min(text.find('\n', at), limit);
    if (at < limit && begins_token && (text[at] == '"' || text[at] == '\'')) return at;
  }
  return std::string_view::npos;
}

// The end of an expression that stands in { } or [ ], with its texts and brackets: before the comma or bracket behind it.
std::size_t end_of_expression(std::string_view text, std::size_t begin) {
  const std::size_t line_end = std::min(text.find('\n', begin), text.size());
  std::size_t end = begin;
  for (ExpressionScan expression; end < line_end; ++end) {
    const bool is_separator = text[end] == ',' || text[end] == '}' || text[end] == ']';
    if (is_separator && expression.is_complete()) break;
    expression.read(text.substr(end, 1));
  }
  while (end > begin && text[end - 1] == ' ') --end;
  return end;
}

Explanation explain_quote(const Scene& scene) {
  const std::string_view text = scene.text();
  for (std::size_t at = next_quote(text, scene.progress.last_scalar, scene.offset); at != std::string_view::npos;
       at = next_quote(text, at, scene.offset)) {
    const std::size_t closing = closing_quote(text, at + 1, text[at]);
    if (closing == std::string_view::npos) {
      return explain_unclosed_quote(text, at);
    }
    const bool goes_on = text_of(text, {at, closing}).find('\n') != std::string_view::npos;
    const std::size_t last_line = scene.source.position(closing).line;
    if (goes_on && scene.offset >= closing && scene.line() == last_line) {
      return fault(Code::unclosed_quote, {at, at + 1},
                   fmt::format("found `{}`, which another closes only on line {}", text[at], last_line),
                   "write the same quote where the text ends");
    }
    at = closing + 1;
  }
  return {};
}

Explanation explain_tab(const Scene& scene) {
  const std::size_t begin = scene.source.line_begin(scene.line());
  const std::size_t content = scene.text().find_first_not_of(" \t", begin);
  const std::size_t tab = scene.text().find('\t', begin);
  if (tab >= std::min(content, scene.text().size())) return {};
  return syntax({tab, tab + 1}, "found a tab in the indentation, expected blanks", "indent with blanks");
}

Explanation explain_template(const Scene& scene) {
  const std::size_t begin = scene.offset >= 2 ? scene.text().rfind("${{", scene.offset) : std::string_view::npos;
  if (begin == std::string_view::npos || !scene.progress.open_bracket) return {};
  const std::size_t line = scene.source.position(begin).line;
  if (line != scene.line()) return {};
  const std::size_t line_end = scene.source.line_begin(line) + scene.source.line(line).size();
  const std::size_t end = std::min(scene.text().find("}}", begin), line_end);
  const std::string_view written = scene.text().substr(begin, std::min(end + 2, line_end) - begin);
  return syntax({begin, begin + 3}, "found a template without quotes within brackets, where its braces are YAML's own",
                fmt::format("put it in single quotes: {}", in_single_quotes(shortened(written))));
}

// What stands behind the quoted text or brackets that `value` begins with; empty if nothing does.
std::string_view behind_first_part(std::string_view value) {
  std::size_t end = std::string_view::npos;
  if (value[0] == '"' || value[0] == '\'') {
    end = closing_quote(value, 1, value[0]);
  } else {
    ExpressionScan part;
    for (std::size_t i = 0; i < value.size() && end == std::string_view::npos; ++i) {
      if (part.read(value.substr(i, 1)).is_complete()) end = i;
    }
  }
  if (end == std::string_view::npos) return {};
  const std::size_t rest = value.find_first_not_of(" \t", end + 1);
  return rest == std::string_view::npos || value[rest] == ':' ? std::string_view() : value.substr(rest);
}

// How YAML takes a value that begins with this character; empty: as a plain text.
std::string_view meaning_of_first(char first) {
  switch (first) {
    case '"':
      return "begins a text in double quotes";
    case '\'':
      return "begins a text in single quotes";
    case '[':
      return "begins a sequence";
    case '{':
      return "begins a mapping";
    case '*':
      return "begins an alias";
    case '&':
      return "begins an anchor";
    case '!':
      return "begins a tag";
    case '|':
      return "begins a block of lines";
    case '>':
      return "begins a block of folded lines";
    case '%':
    case '@':
    case '`':
      return "begins nothing";
    case ',':
    case ']':
    case '}':
      return "belongs to brackets";
    case '?':
      return "begins a key";
    case '-':
      return "begins an item";
    default:
      return {};
  }
}

Explanation explain_other_bracket(const Scene& scene) {
  if (!scene.reason_is("illegal flow end") || !scene.progress.open_bracket) return {};
  const std::size_t open = *scene.progress.open_bracket;
  return syntax({scene.offset, scene.offset + 1},
                fmt::format("found `{}`, expected a `{}` that closes the bracket of {}", scene.text()[scene.offset],
                            scene.text()[open] == '{' ? '}' : ']', place(scene.source.position(open))));
}

// `{ first: .items[0] }`: within { } a bracket or `?` ends the text before it.
Explanation explain_bracket_within(const Scene& scene) {
  const std::string_view text = scene.text();
  const bool in_mapping = scene.progress.open_bracket && text[*scene.progress.open_bracket] == '{';
  if (!in_mapping || scene.offset >= text.size() ||
      std::string_view("[{?").find(text[scene.offset]) == std::string_view::npos)
    return {};
  const std::string_view before = text.substr(0, scene.offset);
  const std::size_t separator = before.find_last_of(",{\n");
  const std::size_t colon = before.find(": ", separator);
  if (separator == std::string_view::npos || colon == std::string_view::npos) return {};
  const std::size_t begin = text.find_first_not_of(' ', colon + 1);
  if (begin >= scene.offset) return {};
  const std::size_t end = end_of_expression(text, begin);
  const std::size_t key = text.find_first_not_of(" \n", separator + 1);
  return syntax(
      {scene.offset, scene.offset + 1},
      fmt::format("found `{}` in a text without quotes within {{ }}, where it is YAML's own", text[scene.offset]),
      quoting_hint(text_of(text, {key, colon}), text_of(text, {begin, end})));
}

// A value whose first character is not the user's but YAML's.
Explanation explain_first_character(const Scene& scene, std::size_t line) {
  const std::optional<LineValue> found = value_on_line(scene.source, line);
  if (!found) return {};
  const std::string_view value = text_of(scene.text(), found->value);
  const std::string_view meaning = meaning_of_first(value[0]);
  const bool is_name = value[0] == '*' && value.find_first_of("., ()[]|") == std::string_view::npos;
  if (meaning.empty() || is_name) return {};
  const bool has_end = std::string_view("\"'[{").find(value[0]) != std::string_view::npos;
  const std::string_view behind = has_end ? behind_first_part(value) : std::string_view();
  const bool refused_within =
      line == scene.line() && scene.offset >= found->value.begin && scene.offset <= found->value.end;
  if (has_end ? behind.empty() && !(refused_within && (value[0] == '[' || value[0] == '{')) : !refused_within)
    return {};
  std::string message = fmt::format("found `{}`, which {} in YAML", value[0], meaning);
  if (!behind.empty()) message += fmt::format(", and `{}` behind it", shortened(behind));
  return syntax({found->value.begin, found->value.begin + 1}, std::move(message), quoting_hint(found->key, value));
}

Explanation explain_first_characters(const Scene& scene) {
  const std::size_t first = scene.source.position(scene.progress.read_until).line;
  for (std::size_t line = scene.line(); line >= first && line > 0; --line) {
    if (Explanation found = explain_first_character(scene, line)) return found;
  }
  return {};
}

// A line that should be `name: value` and is not.
Diagnostic no_entry(const Scene& scene, SourceSpan line) {
  const std::string_view written = text_of(scene.text(), line);
  const std::size_t colon = written.find(':');
  const bool lacks_blank =
      colon != std::string_view::npos && colon > 0 && colon + 1 < written.size() && written[colon + 1] != ' ';
  return syntax(line, fmt::format("found `{}`, expected `name: value`", shortened(written)),
                lacks_blank ? fmt::format("write a blank behind the colon: `{}: {}`", written.substr(0, colon),
                                          shortened(written.substr(colon + 1)))
                            : "");
}

// Where a key has lost its colon the next line is refused.
Explanation explain_line_before(const Scene& scene) {
  const std::size_t line_begin = scene.source.line_begin(scene.line());
  const std::size_t last = scene.text().substr(0, line_begin).find_last_not_of(" \t\n");
  if (last == std::string_view::npos) return {};
  const std::size_t line = scene.source.position(last).line;
  const std::size_t begin = scene.text().find_first_not_of(" \t", scene.source.line_begin(line));
  const std::string_view written = text_of(scene.text(), {begin, last + 1});
  const bool has_entry =
      value_on_line(scene.source, line) || written.find(": ") != std::string_view::npos || written.back() == ':';
  if (has_entry || written[0] == '#') return {};
  const std::size_t refused = scene.text().find_first_not_of(" \t", line_begin) - line_begin;
  const std::size_t before = begin - scene.source.line_begin(line);
  const bool follows_key = before == refused || scene.text().substr(line_begin + refused, 2) == "- ";
  return follows_key ? Explanation(no_entry(scene, {begin, last + 1})) : Explanation();
}

Explanation explain_colon(const Scene& scene) {
  if (!scene.reason_is("illegal map value")) return {};
  const std::optional<LineValue> found = value_on_line(scene.source, scene.line());
  const bool within_value = found && scene.offset >= found->value.begin;
  if (within_value) {
    return syntax({scene.offset, scene.offset + 1},
                  "found `: ` within a text without quotes, where it makes what stands before it a key",
                  quoting_hint(found->key, text_of(scene.text(), found->value)));
  }
  if (Explanation before = explain_line_before(scene)) return before;
  const std::size_t begin = scene.text().find_first_not_of(" \t", scene.source.line_begin(scene.line()));
  const SourceSpan key{begin, scene.offset + 1};
  const std::string_view written = text_of(scene.text(), key);
  if (written.find(' ') != std::string_view::npos && written[0] != '-') {
    return syntax({scene.offset, scene.offset + 1},
                  "found `: ` within a text without quotes, where it makes what stands before it a key",
                  "write the whole text as a block: `|` behind the key, and the text indented on the next lines");
  }
  return syntax(key,
                fmt::format("found `{}` indented deeper than the keys above it, where it goes on with their value",
                            shortened(written)),
                "indent it as the keys it belongs to");
}

Explanation explain_bracket(const Scene& scene) {
  if (!scene.reason_is("flow not found") || !scene.progress.open_bracket) return {};
  const std::size_t open = *scene.progress.open_bracket;
  const char closing = scene.text()[open] == '{' ? '}' : ']';
  if (skip_blanks_and_comments(scene.text(), scene.offset) >= scene.text().size()) {
    return syntax({open, open + 1},
                  fmt::format("found `{}`, expected a `{}` that closes it", scene.text()[open], closing),
                  fmt::format("write `{}` where it ends", closing));
  }
  return syntax({scene.offset, scene.offset + 1},
                fmt::format("found `{}`, expected `,` or a `{}` that closes the bracket of {}",
                            scene.text()[scene.offset], closing, place(scene.source.position(open))));
}

// A block mapping or sequence that goes on with something else.
Explanation explain_line(const Scene& scene) {
  const bool in_mapping = scene.reason_is("end of map not found");
  if (!in_mapping && !scene.reason_is("end of sequence not found")) return {};
  const std::size_t line_end = scene.source.line_begin(scene.line()) + scene.source.line(scene.line()).size();
  const std::string_view rest = text_of(scene.text(), {scene.offset, line_end});
  const SourceSpan span{scene.offset, line_end};
  if (rest.empty()) return {};
  const std::size_t colon = rest.find(':');
  const bool is_entry = rest.substr(0, 2) == "- " ||
                        (colon != std::string_view::npos && colon + 1 < rest.size() && rest[colon + 1] == ' ') ||
                        rest.back() == ':';
  if (in_mapping && !is_entry) return no_entry(scene, span);
  return syntax(span, fmt::format("found `{}`, which is indented like nothing above it", shortened(rest)),
                rest[0] == '-' ? "indent it as the items it belongs to"
                : in_mapping   ? "indent it as the keys it belongs to"
                               : "begin each item of a sequence with `- `, indented alike");
}

Diagnostic explain_by_reason(const Scene& scene) {
  const SourceSpan span{scene.offset, std::min(scene.offset + 1, scene.text().size())};
  if (scene.reason_is("anchor is not defined")) {
    const SourceSpan name{scene.offset, end_of_name(scene.text(), scene.offset + 1)};
    return fault(Code::alias, name,
                 fmt::format("found the alias `{}`, but no anchor of this name above it", text_of(scene.text(), name)),
                 "put a text that begins with `*` in single quotes");
  }
  return syntax(span, fmt::format("found what is no YAML ({})", scene.refusal.reason),
                "put texts with special characters in single quotes");
}

}  // namespace

Diagnostic explain_unclosed_quote(std::string_view text, std::size_t at) {
  const std::size_t line_begin = text.rfind('\n', at) + 1;
  const std::size_t opening = text_of(text, {line_begin, at}).find('"');
  const std::size_t colon = text.rfind(": ", line_begin + std::min(opening, at - line_begin));
  const std::size_t bracket = text.find_last_of("{[", at);
  const bool in_brackets =
      bracket != std::string_view::npos && bracket >= line_begin && colon != std::string_view::npos && colon > bracket;
  if (!in_brackets || opening == std::string_view::npos || is_complete(text_of(text, {colon + 2, at}))) {
    return fault(Code::unclosed_quote, {at, at + 1},
                 fmt::format("found `{}`, expected another that closes the text", text[at]),
                 "write the same quote where the text ends");
  }
  const std::size_t comma = text.rfind(',', at);
  const std::size_t key = text.find_first_not_of(' ', text.find_last_of(",{[", colon) + 1);
  return fault(
      Code::flow_comma, {comma, comma + 1}, "found `,` within brackets, which ends the text before it",
      quoting_hint(text_of(text, {key, colon}), text_of(text, {colon + 2, end_of_expression(text, colon + 2)})));
}

Diagnostic explain_refusal(const SourceText& source, const YamlRefusal& refusal, const YamlProgress& progress) {
  const Scene scene{source, refusal, progress, std::min(refusal.offset, source.text().size())};
  for (const auto explain :
       {explain_escape, explain_quote, explain_tab, explain_template, explain_other_bracket, explain_bracket_within,
        explain_first_characters, explain_colon, explain_bracket, explain_line}) {
    if (Explanation found = explain(scene)) return *found;
  }
  return explain_by_reason(scene);
}

}  // namespace flowrun
