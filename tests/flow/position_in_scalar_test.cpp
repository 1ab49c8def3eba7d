#include "flow/position_in_scalar.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <random>

#include "flow/yaml_support.hpp"

using namespace flowrun;
using flowrun::testing::node_at;
using flowrun::testing::read;

namespace {

// A value written by hand, with the place where each of its bytes was put.
struct Written {
  std::string value;
  std::string source;
  std::vector<std::size_t> offsets;

  void add(std::string_view bytes_of_value, std::string_view bytes_of_source) {
    offsets.insert(offsets.end(), bytes_of_value.size(), source.size());
    value += bytes_of_value;
    source += bytes_of_source;
  }
  // A code point that stands for itself: each byte at its own place.
  void add_same(std::string_view bytes) {
    for (const char byte : bytes) add({&byte, 1}, {&byte, 1});
  }
};

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(engine_); }
  bool once_in(std::size_t times) { return below(times) == 0; }
  template <class List>
  auto& of(const List& list) {
    return list[below(std::size(list))];
  }

 private:
  std::mt19937 engine_;
};

constexpr const char* characters[] = {"a", "b", "0", ".", "|", "$", "(", ")", "[", "é", "→", "😀", "\\"};

std::string word(Random& random) {
  std::string text;
  for (std::size_t n = 1 + random.below(5); n > 0; --n) text += random.of(characters);
  return text;
}

void add_word(Written& written, Random& random, YamlStyle style) {
  const std::string text = word(random);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (style == YamlStyle::double_quoted && text[i] == '\\')
      written.add("\\", "\\\\");
    else
      written.add_same(text.substr(i, 1));
  }
}

void add_special(Written& written, Random& random, YamlStyle style) {
  if (style == YamlStyle::single_quoted) return written.add("'", "''");
  if (style != YamlStyle::double_quoted) return written.add_same("#");
  struct Escape {
    std::string_view value;
    std::string_view source;
  };
  static constexpr Escape escapes[] = {
      {"\n", "\\n"},       {"\"", "\\\""},          {"\t", "\\t"},        {" ", "\\ "},
      {"A", "\\x41"},      {"é", "\\u00e9"},        {"😀", "\\U0001F600"}, {"\xC2\x85", "\\N"},
      {"\xC2\xA0", "\\_"}, {"\xE2\x80\xA8", "\\L"}, {"/", "\\/"}};
  const Escape& escape = random.of(escapes);
  written.add(escape.value, escape.source);
}

// A line end in a plain or quoted text: folded to a blank, or to newlines, with blanks around it that are nothing.
void add_fold(Written& written, Random& random, std::string_view indentation) {
  const std::size_t empty_lines = random.below(3);
  const std::string before = random.once_in(3) ? "  " : "";
  std::string source = before + "\n";
  for (std::size_t i = 0; i < empty_lines; ++i) source += random.once_in(2) ? "   \n" : "\n";
  source += indentation;
  source.append(random.below(3), ' ');
  written.add(empty_lines == 0 ? " " : std::string(empty_lines, '\n'), source);
}

void add_escaped_newline(Written& written, Random& random, std::string_view indentation) {
  written.source += random.once_in(2) ? "\\\n" : "\\\n  ";
  written.source += indentation;
}

Written flow_scalar(Random& random, YamlStyle style, std::string_view indentation) {
  Written written;
  written.source = "key: ";
  const char* const quote = style == YamlStyle::plain ? "" : style == YamlStyle::single_quoted ? "'" : "\"";
  written.source += quote;
  written.add_same("x");
  for (std::size_t n = random.below(12); n > 0; --n) {
    const std::size_t kind = random.below(6);
    if (kind == 0)
      written.add_same(" "), written.add_same("y");
    else if (kind == 1)
      add_fold(written, random, indentation), written.add_same("z");
    else if (kind == 2)
      add_special(written, random, style);
    else if (kind == 3 && style == YamlStyle::double_quoted)
      add_escaped_newline(written, random, indentation), written.add_same("w");
    else
      add_word(written, random, style);
  }
  written.offsets.push_back(written.source.size());
  written.source += quote;
  written.source += "\nnext: 1\n";
  return written;
}

Written block_scalar(Random& random, YamlStyle style) {
  const bool folded = style == YamlStyle::folded;
  Written written;
  const std::size_t indentation = 1 + random.below(4);
  const std::string header = random.once_in(3) ? std::to_string(indentation) : "";
  const std::string chomping = random.of(std::vector<std::string>{"", "-", "+"});
  written.source =
      std::string("key: ") + (folded ? ">" : "|") + header + chomping + (random.once_in(3) ? "  # why" : "") + "\n";
  const std::string margin(indentation, ' ');
  const std::size_t lines = 1 + random.below(5);
  for (std::size_t line = 0; line < lines; ++line) {
    written.source += margin;
    written.add_same("x");
    for (std::size_t n = random.below(4); n > 0; --n) {
      if (random.once_in(3)) written.add_same(" ");
      add_word(written, random, style);
    }
    const std::size_t empty_lines = random.below(3);
    if (line + 1 < lines && folded) {
      if (empty_lines == 0) written.add(" ", "\n");
      for (std::size_t i = 0; i < empty_lines; ++i) written.add("\n", "\n");
      if (empty_lines > 0) written.source += "\n";
    } else if (line + 1 < lines) {
      for (std::size_t i = 0; i <= empty_lines; ++i) written.add("\n", "\n");
    }
  }
  if (chomping == "-") {
    written.offsets.push_back(written.source.size());
    written.source += "\n";
  } else {
    written.add("\n", "\n");
    written.offsets.push_back(written.source.size());
  }
  written.source += "next: 1\n";
  return written;
}

void check(const Written& written, YamlStyle style) {
  CAPTURE(written.source);
  const auto reading = read(written.source);
  REQUIRE(reading.faults == "");
  const YamlNode& node = node_at(reading, "key");
  REQUIRE(node.style == style);
  REQUIRE(node.text == written.value);
  REQUIRE(source_offsets(*reading.source, node) == written.offsets);
  CHECK(node_at(reading, "next").text == "1");
}

}  // namespace

TEST_CASE("every byte of a scalar is found in the source, in all five styles") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  Random random(seed);
  for (int round = 0; round < 400; ++round) {
    for (const YamlStyle style : {YamlStyle::plain, YamlStyle::single_quoted, YamlStyle::double_quoted})
      check(flow_scalar(random, style, "  "), style);
    for (const YamlStyle style : {YamlStyle::literal, YamlStyle::folded}) check(block_scalar(random, style), style);
  }
}

TEST_CASE("a part of a scalar is found by line and column") {
  struct Case {
    const char* text;  // the part is `bad` in the value of `key`
    std::size_t line, column, length;
  };
  const Case cases[] = {
      {"key: .a + bad", 1, 11, 3},
      {"key: 'it''s bad'", 1, 13, 3},
      {"key: \"\\u00e9 \\\"bad\\\"\"", 1, 16, 3},
      {"key: 'é😀 bad'", 1, 10, 3},
      {"key: |\n  def f:\n    bad;\n", 3, 5, 3},
      {"key: |2\n    x\n   bad\n", 3, 4, 3},
      {"key: >\n  one\n  two\n\n  bad\n", 5, 3, 3},
      {"key: >\n  one\n    more bad\n  two\n", 3, 10, 3},
      {"key: one\n  two\n\n  bad", 4, 3, 3},
      {"key: \"one \\\n  two bad\"", 2, 7, 3},
      {"key: 'one\r\n  two\r\n  bad'", 3, 3, 3},
      {"- - key: &anchor 'bad'", 1, 19, 3},
      {"{a: [{key: bad}]}", 1, 12, 3},
      {"key:\n  bad", 2, 3, 3},
      {"key: \"ba\\x64\"", 1, 7, 6},
      {"key: |+\n\n\n\n  bad\n\n", 5, 3, 3},
      {"key: >-\n\n  bad\n\n", 3, 3, 3},
      {"key: |\n\tx", 0, 0, 0},
  };
  for (const Case& one : cases) {
    CAPTURE(one.text);
    const auto reading = read(one.text);
    if (one.line == 0) {
      CHECK_FALSE(reading.tree);
      continue;
    }
    REQUIRE(reading.tree);
    const YamlNode* node = &reading.tree->root();
    while (!node->is_mapping() || node->find("key") == nullptr)
      node = node->is_mapping() ? node->entries.front().value : node->items.front();
    node = node->find("key")->value;
    const std::size_t offset = node->text.find("bad");
    REQUIRE(offset != std::string::npos);
    const SourceSpan span = span_in(*reading.source, *node, offset, 3);
    const TextPosition position = reading.source->position(span.begin);
    CHECK(position.line == one.line);
    CHECK(position.column == one.column);
    CHECK(span.end - span.begin == one.length);
  }
}
