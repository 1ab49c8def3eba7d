#include "junit.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

namespace flowrun {
namespace {

/// Also newlines, which would become blanks in an attribute; control bytes cannot stand in XML at all.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    switch (byte) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      case '\t':
        out += "&#9;";
        break;
      default:
        out += static_cast<unsigned char>(byte) < ' ' ? '?' : byte;
    }
  }
  return out;
}

std::size_t failures(const FileOutcome& file) {
  return static_cast<std::size_t>(std::count_if(file.tests.begin(), file.tests.end(),
                                                [](const TestOutcome& test) { return !test.complaint.empty(); }));
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string test_case(const std::string& flow, const TestOutcome& test) {
  std::string text = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"", escaped(flow),
                                 escaped(test.name), test.seconds);
  if (test.complaint.empty()) return text + "/>\n";
  return text + fmt::format(">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
                            escaped(first_line(test.complaint)), escaped(test.complaint));
}

}  // namespace

std::string junit(const std::vector<FileOutcome>& files) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const FileOutcome& file : files) {
    text += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">\n", escaped(file.flow),
                        file.tests.size(), failures(file));
    for (const TestOutcome& test : file.tests) text += test_case(file.flow, test);
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

}  // namespace flowrun
