#pragma once

#include <optional>
#include <vector>

#include "flow/diagnostic.hpp"
#include "flow/flow.hpp"
#include "flow/step_reader.hpp"

namespace flowrun {

/// Looks up what every step reads, and checks that the whole is a flow: all that is read is there, all that is there is
/// read, it begins with a source and ends in a sink, and no two steps are in each other's way. `stream` is where a fault of
/// the whole is reported. The steps, in the order of the file; nothing where a step is broken or a fault was found.
std::optional<std::vector<Step>> link_steps(std::vector<StepDraft> drafts, const YamlNode& stream,
                                            Diagnostics& diagnostics);

}  // namespace flowrun
