#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "component/registry.hpp"
#include "support/operator_harness.hpp"

namespace flowrun {

/// The program of an expression over records, with own variables of a step behind the usual ones. Fails the test where it
/// has a fault.
ProgramPtr program(std::string_view text, const std::vector<std::string>& own_variables = {});
ProgramPtr interpolation(std::string_view text);
FieldPrograms fields(const std::vector<std::pair<std::string, std::string>>& texts);

/// Options whose only value stands where a mapping could (`filter: expr`).
Options single(OptionValue value);

/// The plan of an operator of the registry. Fails the test where there are faults.
OperatorPlan planned(std::string_view name, const Options& options);
/// `option: message` of every fault of the options.
std::vector<std::string> faults_of(std::string_view name, const Options& options);

/// A harness for the operator of that plan.
OperatorHarness harness_of(const OperatorPlan& plan);

using Values = std::vector<std::string>;

/// A field of JSON objects, as JSON: of error records the message, mostly.
Values field_of(const Values& objects, std::string_view name);

}  // namespace flowrun
