#include "expr/formats.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/base_encodings.hpp"
#include "base/utf8.hpp"
#include "expr/operations.hpp"
#include "record/json.hpp"

namespace flowrun::expr {
namespace {

constexpr std::array<std::pair<std::string_view, Format>, 12> formats = {{{"@text", Format::text},
                                                                          {"@json", Format::json},
                                                                          {"@csv", Format::csv},
                                                                          {"@tsv", Format::tsv},
                                                                          {"@html", Format::html},
                                                                          {"@uri", Format::uri},
                                                                          {"@urid", Format::urid},
                                                                          {"@sh", Format::sh},
                                                                          {"@base64", Format::base64},
                                                                          {"@base64d", Format::base64d},
                                                                          {"@base32", Format::base32},
                                                                          {"@base32d", Format::base32d}}};

struct Replacement {
  char character;
  std::string_view by;
};

void append_escaped(std::string_view text, std::span<const Replacement> replacements, std::string& out) {
  for (const char c : text) {
    const auto found = std::find_if(replacements.begin(), replacements.end(),
                                    [&](const Replacement& replacement) { return replacement.character == c; });
    if (found != replacements.end())
      out += found->by;
    else
      out += c;
  }
}

constexpr Replacement html_escapes[] = {{'&', "&amp;"},   {'<', "&lt;"},   {'>', "&gt;"},
                                        {'\'', "&apos;"}, {'"', "&quot;"}, {'\0', "\\0"}};
constexpr Replacement csv_escapes[] = {{'"', "\"\""}, {'\0', "\\0"}};
constexpr Replacement tsv_escapes[] = {{'\t', "\\t"}, {'\n', "\\n"}, {'\r', "\\r"}, {'\\', "\\\\"}, {'\0', "\\0"}};
constexpr Replacement shell_escapes[] = {{'\'', "'\\''"}, {'\0', "\\0"}};

bool is_not_a_number(const Value& value) {
  return value.kind() == Kind::number && value.as_number() != value.as_number();
}

// Rows of CSV and TSV differ in how they separate and escape.
bool append_row(Evaluation& run, const Value& row, bool is_csv, std::string& out) {
  if (row.kind() != Kind::array) {
    type_error(run, row, is_csv ? "cannot be csv-formatted, only array" : "cannot be tsv-formatted, only array");
    return false;
  }
  bool first = true;
  for (const Value& cell : row.items()) {
    if (!first) out += is_csv ? ',' : '\t';
    first = false;
    if (cell.is_text()) {
      if (is_csv) out += '"';
      append_escaped(cell.as_text(), is_csv ? std::span<const Replacement>(csv_escapes) : tsv_escapes, out);
      if (is_csv) out += '"';
    } else if (cell.kind() == Kind::array || cell.kind() == Kind::object) {
      type_error(run, cell, "is not valid in a csv row");
      return false;
    } else if (!cell.is_null() && !is_not_a_number(cell)) {
      write_json(cell, out);
    }
  }
  return true;
}

bool append_shell(Evaluation& run, const Value& value, std::string& out) {
  const auto append_word = [&](const Value& word) {
    if (word.is_text()) {
      out += '\'';
      append_escaped(word.as_text(), shell_escapes, out);
      out += '\'';
    } else if (word.kind() == Kind::array || word.kind() == Kind::object) {
      type_error(run, word, "can not be escaped for shell");
      return false;
    } else {
      write_json(word, out);
    }
    return true;
  };
  if (value.kind() != Kind::array) return append_word(value);
  bool first = true;
  for (const Value& word : value.items()) {
    if (!first) out += ' ';
    first = false;
    if (!append_word(word)) return false;
  }
  return true;
}

void append_uri(std::string_view text, std::string& out) {
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    if (plain)
      out += c;
    else
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
  }
}

int hexadecimal(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool decode_uri(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || hexadecimal(text[i + 1]) < 0 || hexadecimal(text[i + 2]) < 0) return false;
    out += static_cast<char>(hexadecimal(text[i + 1]) * 16 + hexadecimal(text[i + 2]));
    i += 2;
  }
  return is_utf8(out);
}

// False: an error was noted.
bool append_formatted(Evaluation& run, Format format, const Value& value, std::string& out) {
  if (!run.fits_as_tree(value)) return false;
  if (format == Format::json) return append_json(run, value, out);
  if (format == Format::csv || format == Format::tsv) return append_row(run, value, format == Format::csv, out);
  if (format == Format::sh) return append_shell(run, value, out);
  const Value text = as_text(run, value);
  if (text.is_nothing()) return false;
  const auto bytes = text.as_text();
  switch (format) {
    case Format::html:
      return append_escaped(bytes, html_escapes, out), true;
    case Format::uri:
      return append_uri(bytes, out), true;
    case Format::base64:
      return encode_base64(bytes, out), true;
    case Format::base32:
      return encode_base32(bytes, out), true;
    case Format::urid:
      if (!decode_uri(bytes, out)) return type_error(run, text, "is not a valid uri encoding"), false;
      return true;
    case Format::base64d:
    case Format::base32d: {
      const auto decoded = format == Format::base64d ? decode_base64(bytes, out) : decode_base32(bytes, out);
      if (decoded == Decoded::whole) return true;
      const bool is_trailing = decoded == Decoded::trailing;
      if (format == Format::base64d)
        type_error(run, text, is_trailing ? "trailing base64 byte found" : "is not valid base64 data");
      else
        type_error(run, text, is_trailing ? "trailing base32 byte found" : "is not valid base32 data");
      return false;
    }
    default:
      return true;
  }
}

}  // namespace

std::optional<Format> find_format(std::string_view name) {
  for (const auto& [known, format] : formats)
    if (known == name) return format;
  return std::nullopt;
}

Value format_value(Evaluation& run, Format format, const Value& value) {
  if (format == Format::text) return as_text(run, value);
  std::string out;
  if (!append_formatted(run, format, value, out) || !run.has_room(out.size())) return {};
  return Value::text(out, *run.arena);
}

}  // namespace flowrun::expr
