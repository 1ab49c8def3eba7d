#include "flow/yaml_bytes.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "flow/diagnostic_codes.hpp"
#include "flow/yaml_tree.hpp"

namespace flowrun {

namespace {

// UTF-16 and UTF-32 begin with a mark of their own, or with a NUL beside the first character.
bool is_utf16(std::string_view text) {
  const std::string_view mark = text.substr(0, 2);
  if (mark == "\xFE\xFF" || mark == "\xFF\xFE") return true;
  return mark.size() == 2 && (mark[0] == '\0') != (mark[1] == '\0');
}

bool is_control(std::string_view code_point) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(code_point[i]); };
  if (code_point.size() == 1) return (byte(0) < 0x20 && byte(0) != '\t' && byte(0) != '\n') || byte(0) == 0x7F;
  return code_point.size() == 2 && byte(0) == 0xC2 && byte(1) < 0xA0 && byte(1) != 0x85;
}

void report_control(Diagnostics& diagnostics, std::size_t at, std::string_view code_point) {
  const auto byte = static_cast<unsigned char>(code_point.back());
  diagnostics.error(
      Code::control_character, {at, at + code_point.size()},
      fmt::format("found the control character U+{:04X}, expected text", byte),
      byte == '\r' ? "end lines with a newline" : fmt::format("write it as \"\\x{:02X}\" in double quotes", byte));
}

}  // namespace

bool check_yaml_bytes(Diagnostics& diagnostics) {
  const std::string_view text = diagnostics.source()->text();
  if (text.size() > YamlLimits::file_bytes) {
    diagnostics.error(
        Code::file_size, {0, 0},
        fmt::format("found {} bytes, expected at most {} MiB", text.size(), YamlLimits::file_bytes >> 20U),
        "keep data out of the flow, in a file that a source reads");
    return false;
  }
  if (is_utf16(text)) {
    diagnostics.error(Code::encoding, {0, 0}, "found UTF-16, expected UTF-8", "save the file as UTF-8");
    return false;
  }
  std::size_t faults = 0;
  constexpr std::size_t most_faults = 10;
  for (std::size_t at = 0; at < text.size() && faults < most_faults;) {
    const std::size_t length = code_point_length(text.substr(at, 4));
    if (length == 0) {
      diagnostics.error(Code::encoding, {at, at + 1},
                        fmt::format("found the byte 0x{:02X}, which is no UTF-8", static_cast<unsigned char>(text[at])),
                        "save the file as UTF-8");
    } else if (is_control(text.substr(at, length))) {
      report_control(diagnostics, at, text.substr(at, length));
    } else {
      at += length;
      continue;
    }
    ++faults;
    at = std::min(text.find('\n', at), text.size());
  }
  return faults == 0;
}

}  // namespace flowrun
