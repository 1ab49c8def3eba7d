#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "flow/position_in_scalar.hpp"
#include "flow/yaml_traps.hpp"
#include "flow/yaml_tree.hpp"

// Whatever the bytes: a tree or a fault; every node lies within the text, and where nothing is wrong every byte of a scalar
// stands where it was read from.

namespace {

using namespace flowrun;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\n'; }

void check_offsets(const SourceText& source, const YamlNode& scalar, bool is_sound) {
  const std::vector<std::size_t> offsets = source_offsets(source, scalar);
  require(offsets.size() == scalar.text.size() + 1);
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    require(offsets[i] <= source.text().size());
    require(i == 0 || offsets[i - 1] <= offsets[i]);
    if (!is_sound || i == scalar.text.size() || is_blank(scalar.text[i])) continue;
    const bool is_escape = scalar.style == YamlStyle::double_quoted && source.text()[offsets[i]] == '\\';
    require(is_escape || source.text()[offsets[i]] == scalar.text[i]);
  }
}

void check_node(const SourceText& source, const YamlNode& node, bool is_sound) {
  require(node.span.begin <= node.span.end && node.span.end <= source.text().size());
  if (node.is_scalar()) check_offsets(source, node, is_sound);
  for (const YamlNode* item : node.items) check_node(source, *item, is_sound);
  for (const YamlEntry& entry : node.entries) {
    check_node(source, *entry.key, is_sound);
    check_node(source, *entry.value, is_sound);
    expression_hint(source, entry.key->text, *entry.value);
    template_hint(source, entry.key->text, *entry.value);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto source =
      std::make_shared<SourceText>("flow.yaml", std::string_view(reinterpret_cast<const char*>(data), size));
  Diagnostics diagnostics(source);
  const auto tree = read_yaml(source, diagnostics);
  require(tree.has_value() || diagnostics.has_errors());
  require(diagnostics.has_errors() == !diagnostics.render().empty());
  if (tree) check_node(*source, tree->root(), !diagnostics.has_errors());
  return 0;
}
