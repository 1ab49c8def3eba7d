#pragma once

#include <string>

#include "flow/compile.hpp"
#include "flow/flow.hpp"

namespace flowrun {

enum class PlanFormat { text, json, mermaid };

/// The compiled plan for a person, a program or a diagram: for each step what it reads from where, what crosses to other
/// workers, what is decoded of its records, and of sinks the guarantee. Ends in a newline.
std::string describe_plan(const Flow& flow, const CompiledFlow& compiled, PlanFormat format);

}  // namespace flowrun
