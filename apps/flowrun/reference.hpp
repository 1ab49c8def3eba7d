#pragma once

#include <string>
#include <vector>

#include "component/spec.hpp"

namespace flowrun {

/// How the type of an option reads in the reference: "duration or never", "one of start, end".
std::string shown_type(const OptionSpec& option);
/// The reference of a component for a terminal.
std::string reference(const Spec& spec);
/// The same as a section of config/README.md.
std::string markdown_reference(const Spec& spec);
/// A table of options for that file.
std::string markdown_options(const std::vector<OptionSpec>& options);

}  // namespace flowrun
