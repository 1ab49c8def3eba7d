#pragma once

#include "runtime/stage.hpp"

namespace flowrun {

/// Records of a batch as a source gives it: a row with undecoded bytes says how many it holds.
std::uint64_t records_read(const Batch& batch);

/// A source's place in its task: what was read goes through it and is counted.
class SourceStage final : public Stage {
 public:
  SourceStage(const Plan::Node& node, Context context) : Stage(node, std::move(context)) {}

 private:
  Handled handle(Item& item) override;
  std::uint64_t records_of(const Batch& batch) const override { return records_read(batch); }
};

}  // namespace flowrun
