#include "flow/yaml_builder.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "flow/diagnostic_codes.hpp"
#include "flow/yaml_lexical.hpp"
#include "flow/yaml_scalar.hpp"
#include "flow/yaml_syntax.hpp"

namespace flowrun {

namespace {

// A null as it is spelled at `offset`; empty if what stands there is something else.
std::string_view null_at(std::string_view source, std::size_t offset) {
  for (const std::string_view spelling : {"null", "Null", "NULL", "~"}) {
    if (source.substr(std::min(offset, source.size()), spelling.size()) != spelling) continue;
    const std::size_t end = offset + spelling.size();
    if (end >= source.size() || std::string_view(" \t\n:,]}").find(source[end]) != std::string_view::npos)
      return spelling;
  }
  return {};
}

// Else an empty text is a tag with nothing behind it.
bool begins_with_quote_or_block(std::string_view source, std::size_t offset) {
  return offset < source.size() && std::string_view("'\"|>").find(source[offset]) != std::string_view::npos;
}

bool is_nothing(const YamlNode& node) { return node.is_null() && node.text.empty(); }

}  // namespace

YamlBuilder::YamlBuilder(YamlTree& tree, Diagnostics& diagnostics)
    : tree_(tree), diagnostics_(diagnostics), source_(tree.source()->text()) {}

std::optional<std::size_t> YamlBuilder::open_collection(bool in_brackets) const {
  for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
    if (!in_brackets || frame->node->in_brackets) return frame->node->span.begin;
  }
  return std::nullopt;
}

void YamlBuilder::null(std::size_t offset, std::size_t anchor) {
  settle_null(offset);
  // Without an anchor of its own, one that stands there is that of the next token.
  const std::size_t begin = anchor != 0 ? skip_properties(offset) : offset;
  const bool is_key = !frames_.empty() && frames_.back().node->is_mapping() && frames_.back().key == nullptr &&
                      !frames_.back().skips_value;
  YamlNode& node = tree_.add();
  node.in_brackets = !frames_.empty() && frames_.back().node->in_brackets;
  node.text = std::string(null_at(source_, begin));
  const SourceSpan nothing = is_key ? SourceSpan{begin, begin} : place_of_nothing(begin);
  node.span = node.text.empty() ? nothing : SourceSpan{begin, begin + node.text.size()};
  if (!node.text.empty() && !is_key) pending_null_ = {&node, begin, nothing};
  cursor_ = std::max(cursor_, node.span.end);
  if (anchor != 0) anchors_[anchor] = &node;
  place(node, 1);
}

void YamlBuilder::settle_null(std::size_t offset) {
  if (pending_null_.node != nullptr && pending_null_.offset == offset) {
    pending_null_.node->text.clear();
    pending_null_.node->span = pending_null_.if_absent;
    cursor_ = pending_null_.if_absent.end;
  }
  pending_null_ = {};
}

// Where a value would begin that is not there: behind the `:` or `-` before it.
SourceSpan YamlBuilder::place_of_nothing(std::size_t offset) const {
  if (frames_.empty()) return {0, 0};
  const YamlNode& parent = *frames_.back().node;
  const std::size_t at = skip_blanks_and_comments(source_, cursor_);
  const char indicator = parent.is_mapping() ? ':' : '-';
  if (at < source_.size() && source_[at] == indicator) return {at + 1, at + 1};
  const std::size_t begin = parent.is_mapping() ? cursor_ : std::min(offset, source_.size());
  return {begin, begin};
}

void YamlBuilder::alias(std::size_t offset, std::size_t anchor) {
  settle_null(offset);
  const SourceSpan span{offset, end_of_name(source_, offset + 1)};
  cursor_ = span.end;
  const YamlNode* const target = anchors_.count(anchor) != 0 ? anchors_[anchor] : nullptr;
  const bool within_itself =
      std::any_of(frames_.begin(), frames_.end(), [&](const Frame& frame) { return frame.node == target; });
  if (target == nullptr || within_itself) {
    diagnostics_.error(Code::alias, span,
                       fmt::format("the alias `{}` stands within what it names", text_of(source_, span)));
    return place(unusable(span), 1);
  }
  const std::size_t nodes = std::max<std::size_t>(nodes_of_anchor_[anchor], 1);
  if (aliased_nodes_ + nodes > YamlLimits::aliased_nodes) {
    if (aliased_nodes_ <= YamlLimits::aliased_nodes) {
      diagnostics_.error(Code::alias, span,
                         fmt::format("with `{}` aliases stand for more than {} nodes", text_of(source_, span),
                                     YamlLimits::aliased_nodes));
      aliased_nodes_ = YamlLimits::aliased_nodes + 1;
    }
    return place(unusable(span), 1);
  }
  aliased_nodes_ += nodes;
  place(*target, nodes);
}

const YamlNode& YamlBuilder::unusable(SourceSpan span) {
  YamlNode& node = tree_.add();
  node.span = span;
  unusable_.insert(&node);
  diagnostics_.poison(span);
  return node;
}

void YamlBuilder::scalar(std::size_t offset, std::size_t anchor, const std::string& text) {
  settle_null(offset);
  std::size_t begin = skip_properties(offset);
  if (text.empty() && begin != offset && !begins_with_quote_or_block(source_, begin))
    begin = end_of_name(source_, offset + 1);
  YamlNode& node = tree_.add();
  node.kind = YamlKind::scalar;
  node.in_brackets = !frames_.empty() && frames_.back().node->in_brackets;
  node.text = text;
  ScalarTrace trace = trace_scalar(source_, begin, text);
  node.style = trace.style;
  node.span = {begin, trace.end};
  if (trace.style == YamlStyle::double_quoted) node.text = with_valid_escapes(source_, text, trace.offsets);
  if (text.empty() && trace.style == YamlStyle::plain) diagnostics_.poison(node.span);
  cursor_ = std::max(begin, trace.end);
  last_scalar_ = begin;
  const bool is_quoted = trace.style == YamlStyle::single_quoted || trace.style == YamlStyle::double_quoted;
  if (!trace.is_closed) {
    has_unclosed_quote_ = true;
    diagnostics_.add(explain_unclosed_quote(source_, begin));
  } else if (is_quoted && trace.end < source_.size() && source_[trace.end] == '#') {
    diagnostics_.error(Code::yaml_syntax, {trace.end, trace.end + 1},
                       "found `#` right behind a quoted text, expected its end",
                       "write a blank before the `#` of a comment");
  }
  if (anchor != 0) anchors_[anchor] = &node;
  place(node, 1);
}

// Reports the tags before a node and gives where the node itself begins.
std::size_t YamlBuilder::skip_properties(std::size_t offset) {
  std::size_t at = offset;
  while (at < source_.size() && (source_[at] == '&' || source_[at] == '!')) {
    const std::size_t end = end_of_name(source_, at + 1);
    if (source_[at] == '!')
      report_tag(at, end);
    else
      check_anchor(at, end);
    at = skip_blanks_and_comments(source_, end);
  }
  return at;
}

// YAML takes anything for a name, so `&& .b` is an anchor and `.b`.
void YamlBuilder::check_anchor(std::size_t begin, std::size_t end) {
  const std::string_view name = text_of(source_, {begin + 1, end});
  const auto is_plain = [](unsigned char byte) {
    return std::isalnum(byte) != 0 || byte == '_' || byte == '-' || byte >= 0x80;
  };
  if (std::all_of(name.begin(), name.end(), is_plain)) return;
  diagnostics_.error(Code::alias, {begin, end},
                     fmt::format("found the anchor `&{}`, expected a name of letters, digits, `_` and `-`", name),
                     "put a text that begins with `&` in single quotes; jq writes `and`");
}

void YamlBuilder::report_tag(std::size_t begin, std::size_t end) {
  const std::string_view tag = text_of(source_, {begin, end});
  const bool is_negation = tag.size() == 1 || tag[1] == '.' || tag[1] == '(' || tag[1] == '$';
  diagnostics_.error(Code::tag, {begin, end}, fmt::format("found the YAML tag `{}`, expected none", tag),
                     is_negation ? "in jq \"not a\" is `.a | not`; put a text that begins with `!` in single quotes"
                                 : "leave it out, or put a text that begins with `!` in single quotes");
}

void YamlBuilder::begin_sequence(std::size_t offset, std::size_t anchor, bool is_tagged, bool in_brackets) {
  begin_collection(YamlKind::sequence, offset, anchor, is_tagged, in_brackets);
}

void YamlBuilder::begin_mapping(std::size_t offset, std::size_t anchor, bool is_tagged, bool in_brackets) {
  begin_collection(YamlKind::mapping, offset, anchor, is_tagged, in_brackets);
}

void YamlBuilder::begin_collection(YamlKind kind, std::size_t offset, std::size_t anchor, bool is_tagged,
                                   bool in_brackets) {
  settle_null(offset);
  // Properties at the offset may be those of the first key.
  const std::size_t begin = anchor != 0 || is_tagged ? skip_properties(offset) : offset;
  YamlNode& node = tree_.add();
  node.kind = kind;
  node.in_brackets = in_brackets;
  node.span = {begin, std::min(begin + 1, source_.size())};
  cursor_ = kind == YamlKind::sequence && !in_brackets ? begin : begin + (in_brackets ? 1 : 0);
  if (anchor != 0) anchors_[anchor] = &node;
  Frame frame;
  frame.node = &node;
  frame.anchor = anchor;
  frames_.push_back(std::move(frame));
}

void YamlBuilder::end_mapping() {
  YamlNode& node = *frames_.back().node;
  rejoin_at_commas(node);
  merge(node);
  end_collection();
}

void YamlBuilder::end_collection() {
  const Frame frame = std::move(frames_.back());
  frames_.pop_back();
  YamlNode& node = *frame.node;
  const bool has_brackets = node.in_brackets && (source_[node.span.begin] == '[' || source_[node.span.begin] == '{');
  if (has_brackets) {
    node.span.end = end_of_brackets(cursor_);
    cursor_ = std::max(cursor_, node.span.end);
  } else if (!node.entries.empty() && !node.entries.front().merged) {
    node.span.end = std::max(node.span.end, node.entries.front().key->span.end);
  }
  if (frame.is_poisoned) diagnostics_.poison(node.span);
  if (frame.anchor != 0) nodes_of_anchor_[frame.anchor] = frame.nodes + 1;
  place(node, frame.nodes + 1);
}

std::size_t YamlBuilder::end_of_brackets(std::size_t from) const {
  std::size_t at = skip_blanks_and_comments(source_, from);
  while (at < source_.size() && (source_[at] == ',' || source_[at] == ':'))
    at = skip_blanks_and_comments(source_, at + 1);
  return std::min(at + 1, source_.size());
}

// Puts a node that is complete where it belongs.
void YamlBuilder::place(const YamlNode& node, std::size_t nodes) {
  if (frames_.empty()) return tree_.set_root(node);
  Frame& frame = frames_.back();
  frame.nodes += nodes;
  if (frame.node->is_sequence()) {
    frame.node->items.push_back(&node);
  } else if (frame.skips_value) {
    frame.skips_value = false;
  } else if (frame.key == nullptr) {
    place_key(frame, node);
  } else {
    frame.node->entries.push_back({frame.key, &node, false});
    frame.key = nullptr;
  }
}

void YamlBuilder::place_key(Frame& frame, const YamlNode& node) {
  frame.skips_value = true;
  if (!is_usable_key(node)) {
    frame.is_poisoned = true;
    return;
  }
  const auto [first, is_new] = frame.keys.emplace(node.text, &node);
  if (!is_new) {
    const std::size_t line = tree_.source()->position(first->second->span.begin).line;
    diagnostics_.error(Code::duplicate_key, node.span,
                       fmt::format("found the key `{}` a second time, first on line {}", shortened(node.text), line));
    return;
  }
  frame.skips_value = false;
  frame.key = &node;
}

bool YamlBuilder::is_usable_key(const YamlNode& node) {
  if (unusable_.count(&node) != 0) return false;
  if (node.is_scalar() || (node.is_null() && !node.text.empty())) return true;
  if (node.is_null()) {
    diagnostics_.error(Code::key_type, {node.span.begin, node.span.begin + 1}, "found `:` without a key before it");
    return false;
  }
  if (node.is_mapping() && node.in_brackets && node.span.begin > 0 && source_[node.span.begin - 1] == '{') {
    const std::size_t last = std::min(source_.find("}}", node.span.begin), node.span.end - 1);
    const std::string_view inner = text_of(source_, {node.span.begin + 1, last});
    diagnostics_.error(Code::key_type, {node.span.begin - 1, node.span.begin + 1},
                       "found `{{`, which is a mapping within a mapping to YAML",
                       fmt::format("put a template in single quotes, with a `$` before it: `'${{{{{}}}}}'`", inner));
    return false;
  }
  diagnostics_.error(Code::key_type, node.span,
                     fmt::format("found a {} as a key, expected a name", node.is_mapping() ? "mapping" : "sequence"));
  return false;
}

// `<<` brings the entries of the mappings it names that are not written out; of several, the first counts.
void YamlBuilder::merge(YamlNode& mapping) {
  const auto written = std::find_if(mapping.entries.begin(), mapping.entries.end(), [](const YamlEntry& entry) {
    return entry.key->is_scalar() && entry.key->style == YamlStyle::plain && entry.key->text == "<<";
  });
  if (written == mapping.entries.end()) return;
  const YamlNode& value = *written->value;
  mapping.entries.erase(written);
  const std::vector<const YamlNode*> sources = value.is_sequence() ? value.items : std::vector{&value};
  for (const YamlNode* const from : sources) {
    if (from->is_mapping()) {
      merge_entries(mapping, *from);
    } else if (unusable_.count(from) == 0) {
      diagnostics_.error(Code::merge, from->span,
                         "found no mapping behind `<<`, expected an alias of one, or a list of those",
                         "write `<<: *name`");
    }
  }
}

void YamlBuilder::merge_entries(YamlNode& mapping, const YamlNode& from) {
  Frame& frame = frames_.back();
  for (const YamlEntry& entry : from.entries) {
    if (frame.keys.emplace(entry.key->text, entry.key).second)
      mapping.entries.push_back({entry.key, entry.value, true});
  }
}

// `{ p99: quantile(.a, 0.9) }` is two keys to YAML: reports the comma, and takes the second for what it is.
void YamlBuilder::rejoin_at_commas(YamlNode& mapping) {
  if (!mapping.in_brackets) return;
  std::vector<YamlEntry>& entries = mapping.entries;
  for (std::size_t i = 0; i + 1 < entries.size(); ++i) {
    const YamlNode& value = *entries[i].value;
    if (!value.is_scalar() || value.style != YamlStyle::plain) continue;
    ExpressionScan expression;
    if (expression.read(value.text).is_complete()) continue;
    SourceSpan whole = value.span;
    std::size_t next = i + 1;
    while (next < entries.size() && is_nothing(*entries[next].value) && !expression.is_complete()) {
      const std::size_t end = entries[next++].key->span.end;
      expression.read(text_of(source_, {whole.end, end}));
      whole.end = end;
    }
    if (next == i + 1 || !expression.is_complete()) continue;
    const std::size_t comma = skip_blanks_and_comments(source_, value.span.end);
    diagnostics_.error(
        Code::flow_comma, {comma, comma + 1},
        fmt::format("found `,` within {{ }}, which ends the value `{}`", shortened(value.text)),
        fmt::format("quote the value: `{}: {}`", entries[i].key->text, in_single_quotes(text_of(source_, whole))));
    diagnostics_.poison(value.span);
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(i + 1),
                  entries.begin() + static_cast<std::ptrdiff_t>(next));
  }
}

}  // namespace flowrun
