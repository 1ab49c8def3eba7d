#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/diagnostic.hpp"
#include "flow/position.hpp"

namespace flowrun {

enum class YamlKind { null, scalar, sequence, mapping };
enum class YamlStyle { plain, single_quoted, double_quoted, literal, folded };

struct YamlNode;

struct YamlEntry {
  const YamlNode* key = nullptr;  // a scalar, or a null that is spelled out
  const YamlNode* value = nullptr;
  bool merged = false;  // came by `<<`
};

/// A node of a YAML file and where it stands. A node that is aliased is reached by several ways, with the position of its
/// anchor.
struct YamlNode {
  YamlKind kind = YamlKind::null;
  YamlStyle style = YamlStyle::plain;  // of a scalar
  bool in_brackets = false;            // written with or within [ ] or { }
  /// From the first to the last byte, quotes and `|` included; of an alias's target the target's own. Of a mapping or
  /// sequence in block style the first line only. A value that is not there is an empty span where it would begin.
  SourceSpan span;
  std::string text;                    // of a scalar its value; of a null how it is spelled: `null`, `~` or nothing
  std::vector<const YamlNode*> items;  // of a sequence
  std::vector<YamlEntry> entries;      // of a mapping, in order; those of `<<` last, unless written out

  bool is_scalar() const { return kind == YamlKind::scalar; }
  bool is_mapping() const { return kind == YamlKind::mapping; }
  bool is_sequence() const { return kind == YamlKind::sequence; }
  bool is_null() const { return kind == YamlKind::null; }
  /// The first entry with this key, or null.
  const YamlEntry* find(std::string_view key) const;
};

/// A YAML document. Nodes live as long as the tree and do not move with it.
class YamlTree {
 public:
  explicit YamlTree(std::shared_ptr<const SourceText> source) : source_(std::move(source)) {}

  const std::shared_ptr<const SourceText>& source() const { return source_; }
  const YamlNode& root() const { return *root_; }
  bool has_root() const { return root_ != nullptr; }  // else the file holds no document

  /// For the reader alone.
  YamlNode& add() { return nodes_.emplace_back(); }
  void set_root(const YamlNode& root) { root_ = &root; }

 private:
  std::shared_ptr<const SourceText> source_;
  std::deque<YamlNode> nodes_;
  const YamlNode* root_ = nullptr;
};

/// Limits of what is read.
struct YamlLimits {
  static constexpr std::size_t file_bytes = 8 * 1024 * 1024;
  static constexpr std::size_t nesting = 499;
  static constexpr std::size_t bracket_tokens = 200'000;  // brackets, commas and values in a pair of brackets
  static constexpr std::size_t aliased_nodes = 100'000;   // that aliases and merges stand for, together
};

/// Reads the one document of `source`. Faults go to `diagnostics`: a text that is no YAML is one fault and gives nothing;
/// other faults (duplicate keys, tags, ...) leave a tree that is as good as can be, so that those of its meaning can be
/// reported too.
std::optional<YamlTree> read_yaml(const std::shared_ptr<const SourceText>& source, Diagnostics& diagnostics);

}  // namespace flowrun
