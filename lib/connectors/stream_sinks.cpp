#include "connectors/stream_sinks.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include "base/failure.hpp"
#include "connectors/byte_sink.hpp"
#include "connectors/connectors.hpp"
#include "os/file.hpp"
#include "os/stream_output.hpp"

namespace flowrun {
namespace {

// Writes to a descriptor that the process was started with.
class StreamWriter final : public Writer {
 public:
  StreamWriter(int descriptor, std::string_view name, std::string header)
      : descriptor_(descriptor), name_(name), header_(std::move(header)) {}

  void check(const Position*) override {
    if (::fcntl(descriptor_, F_GETFD) < 0)
      throw Failure(ExitCode::cannot_open, stream_error("open", name_, errno).message);
  }
  void open(const Position*) override {
    ::fcntl(descriptor_, F_SETPIPE_SZ, 1024 * 1024);  // fewer turns between writer and reader, where it is a pipe
    output_.use(descriptor_);
    write(header_);
  }
  void write(std::string_view block) override {
    if (reader_gone_) return;
    const int number = output_.write(block);
    reader_gone_ = number == EPIPE;
    if (number != 0 && number != ECANCELED && !reader_gone_) fail(number);
  }
  void interrupt() override { output_.interrupt(); }
  Position make_durable(std::uint64_t) override {
    if (const int number = synchronise(descriptor_)) fail(number);
    return {};
  }
  bool reader_gone() const override { return reader_gone_; }

 private:
  [[noreturn]] void fail(int number) const {
    throw Failure(ExitCode::running_failed, stream_error("write", name_, number).message);
  }

  int descriptor_;
  std::string_view name_;
  std::string header_;
  StreamOutput output_;
  bool reader_gone_ = false;
};

Spec stream_sink_spec(const std::string& name, std::string summary) {
  Spec spec;
  spec.kind = ComponentKind::sink;
  spec.name = name;
  spec.summary = std::move(summary);
  spec.can_reject = true;
  spec.guarantee = "at least once: a restart writes again what came after the last epoch";
  spec.example = "- sink: " + name + "\n";
  return spec;
}

}  // namespace

SinkPlan standard_stream_plan(int descriptor) {
  const bool is_output = descriptor == STDOUT_FILENO;
  const std::string_view name = is_output ? "standard output" : "standard error";
  SinkPlan plan;
  plan.make = [](Context&, std::unique_ptr<Encoder> encoder, BlockQueue* queue) -> std::unique_ptr<Sink> {
    return std::make_unique<ByteSink>(std::move(encoder), *queue);
  };
  plan.make_writer = [descriptor, name](std::string header) -> std::unique_ptr<Writer> {
    return std::make_unique<StreamWriter>(descriptor, name, std::move(header));
  };
  plan.resource = plan.name = is_output ? "stdout" : "stderr";
  plan.guarantee = "at least once";
  plan.is_standard_output = is_output;
  return plan;
}

SinkEntry stdout_sink() {
  return {stream_sink_spec("stdout", "Writes to the standard output"),
          [](const Options&) -> Result<SinkPlan, OptionFaults> { return standard_stream_plan(STDOUT_FILENO); }};
}

SinkEntry stderr_sink() {
  return {stream_sink_spec("stderr", "Writes to the standard error"),
          [](const Options&) -> Result<SinkPlan, OptionFaults> { return standard_stream_plan(STDERR_FILENO); }};
}

}  // namespace flowrun
