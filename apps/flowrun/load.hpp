#pragma once

#include <string>

#include "command.hpp"
#include "flow/load.hpp"

namespace flowrun {

/// Whether parameters and secrets that are required and not given may be anything.
enum class Missing { is_a_fault, may_be_anything };

/// Loads a flow with what the command line and the environment say of it. The flow may be invalid: its diagnostics say why.
/// Throws Failure: there is no such flow, or what was given for its parameters is wrong.
LoadedFlow load(const std::string& flow, const Invocation& invocation, Missing missing);

/// The same for one that is to be used: an invalid flow is a Failure too, with all its faults; warnings go to standard error.
LoadedFlow load_valid(const std::string& flow, const Invocation& invocation, Missing missing);

/// What a flow depends on in its tests: the variables of the process, but no parameters and secrets from outside.
LoadOptions test_load_options();
/// Loads a flow for the sake of its tests. Throws Failure: there is no such flow.
LoadedFlow load_for_tests(const std::string& flow, const LoadOptions& options);

/// The options that say what a flow depends on: parameters and secrets.
std::vector<CommandOption> load_command_options();

}  // namespace flowrun
