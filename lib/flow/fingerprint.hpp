#pragma once

#include <string>

#include "component/options.hpp"
#include "component/spec.hpp"

namespace flowrun {

/// What the state of a step depends on, as a text: the step, and its options but those that are free to change, with expressions in
/// their canonical form. The values of an aggregate follow, `value NAME = CALL`, a line each, since one may come or go alone.
std::string fingerprint_of(const Spec& spec, const Options& options);

}  // namespace flowrun
