#pragma once

#include <string>
#include <vector>

#include "flow/plan.hpp"
#include "state/store.hpp"

namespace flowrun {

/// What is forgotten of earlier runs, so that a flow that has changed can go on.
struct Discarding {
  std::vector<std::string> steps;  // they begin anew
  bool what_does_not_fit = false;  // so do all steps that are other steps now
};

/// How a stateful step of an earlier run differs from that of the plan, as a message for a person; empty: it goes on.
std::string difference(const Plan& plan, const state::StepFingerprint& stored);

/// Makes sure that the plan can go on from the latest epoch of a store, which has one. Throws Failure, before anything is
/// touched, where a stateful step is gone or is another one now (exit 10; it says what to do), or where nothing is kept of a step
/// that is to be forgotten (exit 2).
void prepare_to_go_on(const Plan& plan, const Discarding& discarding, state::Store& store);

}  // namespace flowrun
