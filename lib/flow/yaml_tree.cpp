#include "flow/yaml_tree.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "flow/diagnostic_codes.hpp"
#include "flow/yaml_builder.hpp"
#include "flow/yaml_bytes.hpp"
#include "flow/yaml_events.hpp"
#include "flow/yaml_lexical.hpp"
#include "flow/yaml_nesting.hpp"
#include "flow/yaml_syntax.hpp"

namespace flowrun {

namespace {

bool is_empty(std::string_view text) {
  std::size_t at = skip_blanks_and_comments(text, 0);
  if (text.substr(at, 3) == "---") at = skip_blanks_and_comments(text, at + 3);
  return at == text.size();
}

std::nullopt_t report_nesting(std::size_t begin, Diagnostics& diagnostics) {
  diagnostics.error(Code::nesting, {begin, begin + 1},
                    fmt::format("found a value nested more than {} levels deep", YamlLimits::nesting));
  return std::nullopt;
}

std::nullopt_t report_bracket(const BracketFault& fault, Diagnostics& diagnostics) {
  if (fault.is_deep) return report_nesting(fault.offset, diagnostics);
  diagnostics.error(
      Code::file_size, {fault.offset, fault.offset + 1},
      fmt::format("found more than {} values, commas and brackets in one pair of brackets", YamlLimits::bracket_tokens),
      "write it in lines, without the brackets");
  return std::nullopt;
}

std::nullopt_t report_nothing(Diagnostics& diagnostics) {
  diagnostics.error(Code::empty_file, {0, 0}, "found nothing, expected a flow",
                    "`flowrun new` prints one to start from");
  return std::nullopt;
}

void report_second_document(std::size_t offset, Diagnostics& diagnostics) {
  const std::string_view text = diagnostics.source()->text();
  if (text.substr(offset, 3) == "---") {
    diagnostics.error(Code::several_documents, {offset, offset + 3},
                      "found a second YAML document, expected one flow in a file", "put it into a file of its own");
  } else {
    diagnostics.error(Code::yaml_syntax, {offset, offset + 1}, "found text behind the end of the flow");
  }
}

}  // namespace

const YamlEntry* YamlNode::find(std::string_view key) const {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const YamlEntry& entry) { return entry.key->text == key; });
  return found == entries.end() ? nullptr : &*found;
}

std::optional<YamlTree> read_yaml(const std::shared_ptr<const SourceText>& source, Diagnostics& diagnostics) {
  if (!check_yaml_bytes(diagnostics)) return std::nullopt;
  if (is_empty(source->text())) return report_nothing(diagnostics);
  if (const auto fault = find_bracket_fault(*source)) return report_bracket(*fault, diagnostics);
  YamlTree tree(source);
  YamlBuilder builder(tree, diagnostics);
  std::optional<std::size_t> second_document;
  const std::optional<YamlRefusal> refusal = parse_yaml(*source, builder, second_document);
  if (builder.has_unclosed_quote()) return std::nullopt;
  if (refusal && refusal->too_deep) return report_nesting(builder.open_collection(false).value_or(0), diagnostics);
  if (refusal) {
    diagnostics.add(
        explain_refusal(*source, *refusal, {builder.cursor(), builder.last_scalar(), builder.open_collection(true)}));
    return std::nullopt;
  }
  if (!tree.has_root()) return report_nothing(diagnostics);  // a directive alone is no document
  if (second_document) report_second_document(*second_document, diagnostics);
  return tree;
}

}  // namespace flowrun
