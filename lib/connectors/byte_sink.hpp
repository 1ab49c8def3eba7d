#pragma once

#include <memory>
#include <string>

#include "component/codec.hpp"
#include "component/sink.hpp"

namespace flowrun {

/// The sink of every resource that takes bytes: encodes records into blocks and hands these to the writer.
class ByteSink final : public Sink {
 public:
  /// `queue` outlives the sink.
  ByteSink(std::unique_ptr<Encoder> encoder, BlockQueue& queue);

  Progress write(Batch& batch, Output& rejected) override;
  Progress flush() override;

 private:
  std::unique_ptr<Encoder> encoder_;
  BlockQueue& queue_;
  std::string block_;
};

}  // namespace flowrun
