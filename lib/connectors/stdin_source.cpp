#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/failure.hpp"
#include "connectors/block_reader.hpp"
#include "connectors/connectors.hpp"
#include "os/file.hpp"

namespace flowrun {
namespace {

constexpr std::string_view standard_input = "standard input";

// Asks before it reads, so that a pipe without bytes never holds the worker.
class StandardInput final : public ByteInput {
 public:
  Bytes read(std::span<char> room) override {
    pollfd asked{STDIN_FILENO, POLLIN, 0};
    if (::poll(&asked, 1, 0) <= 0) return {};
    const auto count = ::read(STDIN_FILENO, room.data(), room.size());
    if (count >= 0) return {static_cast<std::size_t>(count), count == 0};
    if (errno == EINTR || errno == EAGAIN) return {};
    throw Failure(ExitCode::running_failed, stream_error("read", standard_input, errno).message);
  }
};

class StdinPartition final : public Partition {
 public:
  explicit StdinPartition(BlockReader::Setup setup) : reader_(std::move(setup)) {}
  Read read(Batch& batch, std::size_t most_records) override { return reader_.read(batch, most_records); }
  Position position() const override { return {}; }

 private:
  BlockReader reader_;
};

class StdinSource final : public Source {
 public:
  explicit StdinSource(Framing framing) : framing_(std::move(framing)) {}

  std::vector<std::shared_ptr<const PartitionName>> discover() override {
    struct ::stat status {};
    int number = ::fstat(STDIN_FILENO, &status) == 0 ? 0 : errno;
    if (number == 0 && S_ISDIR(status.st_mode)) number = EISDIR;
    if (number != 0) throw Failure(ExitCode::cannot_open, stream_error("open", standard_input, number).message);
    return {std::make_shared<PartitionName>(PartitionName{"stdin", 0})};
  }

  std::unique_ptr<Partition> open(std::shared_ptr<const PartitionName> name, const Position*) override {
    // A pipe as large as its reads spares most of the turns between writer and reader; where it is refused, be it.
    ::fcntl(STDIN_FILENO, F_SETPIPE_SZ, 1024 * 1024);
    is_open_ = true;
    return std::make_unique<StdinPartition>(
        BlockReader::Setup{std::make_unique<StandardInput>(), framing_.make_framer(), framing_.max_record,
                           std::make_shared<BufferPool>(), std::move(name), Place{0, 1}});
  }

  int wake_fd() const override { return is_open_ ? STDIN_FILENO : -1; }

 private:
  Framing framing_;
  bool is_open_ = false;
};

Spec stdin_source_spec() {
  Spec spec;
  spec.kind = ComponentKind::source;
  spec.name = "stdin";
  spec.summary = "Reads the standard input";
  spec.guarantee = "at most once: what was read before a crash cannot be read again";
  spec.example =
      "- source: stdin\n"
      "- source: { stdin: {}, decode: lines }\n";
  return spec;
}

Result<SourcePlan, OptionFaults> plan_stdin_source(const Options&) {
  SourcePlan plan;
  plan.resource = "stdin";
  plan.make = [](Context&, const Framing& framing) -> std::unique_ptr<Source> {
    return std::make_unique<StdinSource>(framing);
  };
  return plan;
}

}  // namespace

SourceEntry stdin_source() { return {stdin_source_spec(), plan_stdin_source}; }

}  // namespace flowrun
