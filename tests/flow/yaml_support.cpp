#include "flow/yaml_support.hpp"

#include <fmt/format.h>

namespace flowrun::testing {

namespace {

std::string describe(const SourceText& source, const YamlNode& node) {
  const TextPosition at = source.position(node.span.begin);
  const std::string place = fmt::format("@{}:{}", at.line, at.column);
  if (node.is_null()) return node.text + place;
  if (node.is_scalar()) {
    constexpr const char* marks[] = {"", "'", "\"", "|", ">"};
    return fmt::format("{}<{}>{}", marks[static_cast<int>(node.style)], node.text, place);
  }
  std::string text = node.is_sequence() ? "[" : "{";
  for (const YamlNode* item : node.items) text += (text.size() > 1 ? ", " : "") + describe(source, *item);
  for (const YamlEntry& entry : node.entries) {
    text += (text.size() > 1 ? ", " : "") + std::string(entry.merged ? "<<" : "") + entry.key->text + ": ";
    text += describe(source, *entry.value);
  }
  return text + (node.is_sequence() ? "]" : "}") + place;
}

}  // namespace

Reading read(std::string_view text) {
  Reading reading;
  reading.source = std::make_shared<SourceText>("flow.yaml", text);
  Diagnostics diagnostics(reading.source);
  reading.tree = read_yaml(reading.source, diagnostics);
  reading.faults = diagnostics.render();
  return reading;
}

std::string describe(const Reading& reading) {
  return reading.tree ? describe(*reading.source, reading.tree->root()) : "no tree";
}

const YamlNode& node_at(const Reading& reading, std::string_view path) {
  const YamlNode* node = &reading.tree->root();
  while (!path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    const std::string part(path.substr(0, dot));
    node = node->is_sequence() ? node->items.at(std::stoul(part)) : node->find(part)->value;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return *node;
}

}  // namespace flowrun::testing
