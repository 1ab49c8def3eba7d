#pragma once

#include "flow/diagnostic.hpp"
#include "flow/yaml_events.hpp"

namespace flowrun {

/// What is wrong where the YAML library gave up, in the words of somebody who writes a flow: most often an expression that
/// YAML takes for something else. `read_until` is how far it had read in events.
Diagnostic explain_refusal(const SourceText& source, const YamlRefusal& refusal, std::size_t read_until);

}  // namespace flowrun
