#pragma once

#include <string>
#include <vector>

#include "flow/flow.hpp"
#include "flow/option_reader.hpp"

namespace flowrun {

/// A `from` as it is written: a step, or an output of it.
struct Reference {
  std::string step;
  std::string output;  // "" for the main one
  const YamlNode* node = nullptr;
  InputIndex input = 0;
};

/// A step before its references are looked up.
struct StepDraft {
  Step step;
  std::vector<Reference> from;
  bool has_from = false;
  const YamlNode* id = nullptr;  // where it is written
  bool broken = false;           // its work could not be read; its outputs are not known
  bool from_broken = false;      // a reference is not among `from`: it was reported
};

/// Reads the entries of `stream`. Every fault is reported; a step that has some is marked broken, so that others can be
/// checked against its id.
std::vector<StepDraft> read_steps(const YamlNode& stream, Scope& scope, const Registry& registry);

}  // namespace flowrun
