#include "flow/yaml_traps.hpp"

namespace flowrun {

std::string expression_hint(const SourceText&, std::string_view, const YamlNode&) { return {}; }
std::string template_hint(const SourceText&, std::string_view, const YamlNode&) { return {}; }

}  // namespace flowrun
