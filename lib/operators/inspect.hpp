#pragma once

#include <string>

#include "component/operator.hpp"

namespace flowrun {

/// Prints each record as `label: {json}`, a line each, to a descriptor, and passes it on. What cannot be written is
/// dropped: a look at records must not stop the flow.
class Inspect final : public Operator {
 public:
  /// `descriptor` is open as long as the step runs; not owned.
  Inspect(std::string label, int descriptor) : label_(std::move(label)), descriptor_(descriptor) {}

  Progress process(InputIndex input, Batch& batch, Output& output) override;

 private:
  void write_lines();

  std::string label_;
  int descriptor_;
  std::string lines_;
};

}  // namespace flowrun
