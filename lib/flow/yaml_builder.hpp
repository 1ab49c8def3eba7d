#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "flow/diagnostic.hpp"
#include "flow/yaml_events.hpp"
#include "flow/yaml_tree.hpp"

namespace flowrun {

/// Makes a tree of events, recovers from the source what they leave out (styles, ends, tags, the place of what is empty), and
/// reports what YAML allows and a flow does not.
class YamlBuilder final : public YamlEvents {
 public:
  YamlBuilder(YamlTree& tree, Diagnostics& diagnostics);

  void null(std::size_t offset, std::size_t anchor) override;
  void alias(std::size_t offset, std::size_t anchor) override;
  void scalar(std::size_t offset, std::size_t anchor, const std::string& text) override;
  void begin_sequence(std::size_t offset, std::size_t anchor, bool is_tagged, bool in_brackets) override;
  void end_sequence() override { end_collection(); }
  void begin_mapping(std::size_t offset, std::size_t anchor, bool is_tagged, bool in_brackets) override;
  void end_mapping() override;

  /// Behind the last scalar or bracket that was read, at most at the next.
  std::size_t cursor() const { return cursor_; }
  /// Where the last scalar that was read begins.
  std::size_t last_scalar() const { return last_scalar_; }
  /// Where the innermost collection begins that has not ended, of those in brackets only if asked; nothing: there is none.
  std::optional<std::size_t> open_collection(bool in_brackets) const;
  /// A quote is never closed, so nothing behind it was read as what it is. It has been reported.
  bool has_unclosed_quote() const { return has_unclosed_quote_; }

 private:
  // A collection that has not ended.
  struct Frame {
    YamlNode* node = nullptr;
    const YamlNode* key = nullptr;  // of a mapping: the key whose value comes next
    bool skips_value = false;       // that key was a fault; its value goes nowhere
    bool is_poisoned = false;
    std::size_t anchor = 0;
    std::size_t nodes = 0;  // in it, those that aliases stand for included
    std::unordered_map<std::string_view, const YamlNode*> keys;
  };
  // An empty value and the next token have the same offset, and only the next event tells whether a `null` there is that token.
  struct PendingNull {
    YamlNode* node = nullptr;
    std::size_t offset = 0;
    SourceSpan if_absent;
  };

  void settle_null(std::size_t offset);
  std::size_t skip_properties(std::size_t offset);
  void report_tag(std::size_t begin, std::size_t end);
  void check_anchor(std::size_t begin, std::size_t end);
  SourceSpan place_of_nothing(std::size_t offset) const;
  void begin_collection(YamlKind kind, std::size_t offset, std::size_t anchor, bool is_tagged, bool in_brackets);
  void end_collection();
  std::size_t end_of_brackets(std::size_t from) const;
  const YamlNode& unusable(SourceSpan span);

  void place(const YamlNode& node, std::size_t nodes);
  void place_key(Frame& frame, const YamlNode& node);
  bool is_usable_key(const YamlNode& node);
  void merge(YamlNode& mapping);
  void merge_entries(YamlNode& mapping, const YamlNode& from);
  void rejoin_at_commas(YamlNode& mapping);

  YamlTree& tree_;
  Diagnostics& diagnostics_;
  std::string_view source_;
  std::vector<Frame> frames_;
  std::unordered_map<std::size_t, const YamlNode*> anchors_;
  std::unordered_map<std::size_t, std::size_t> nodes_of_anchor_;
  std::unordered_set<const YamlNode*> unusable_;  // stand for what is a fault
  PendingNull pending_null_;
  std::size_t cursor_ = 0;
  std::size_t last_scalar_ = 0;
  std::size_t aliased_nodes_ = 0;
  bool has_unclosed_quote_ = false;
};

}  // namespace flowrun
