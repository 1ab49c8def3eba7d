#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "flow/diagnostic.hpp"
#include "flow/yaml_tree.hpp"

namespace flowrun::testing {

/// A text read as `flow.yaml`, and what the reader said.
struct Reading {
  std::shared_ptr<const SourceText> source;
  std::optional<YamlTree> tree;
  std::string faults;  // rendered
};
Reading read(std::string_view text);

/// The tree on one line: `{key: "value" @line:col, ...}`; styles as their first character, nulls as they are spelled.
std::string describe(const Reading& reading);

/// The node at a path of keys and indices: `stream.0.map`.
const YamlNode& node_at(const Reading& reading, std::string_view path);

}  // namespace flowrun::testing
