#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/failure.hpp"
#include "connectors/byte_sink.hpp"
#include "connectors/compression.hpp"
#include "connectors/connectors.hpp"
#include "connectors/stream_sinks.hpp"
#include "os/file.hpp"
#include "os/stream_output.hpp"

namespace flowrun {
namespace {

enum class IfExists { replace, append, fail };

struct FileSinkOptions {
  std::string path;
  IfExists if_exists = IfExists::replace;
  Compression compression = Compression::none;
};

[[noreturn]] void fail(ExitCode code, std::string_view doing, const std::string& path, int number) {
  throw Failure(code, path_error(doing, path, number).message);
}

// Appends to one file. Its position is the length of the file, as digits.
class FileWriter final : public Writer {
 public:
  FileWriter(FileSinkOptions options, std::string header) : options_(std::move(options)), header_(std::move(header)) {
    if (options_.compression != Compression::none) compressor_ = make_compressor(options_.compression);
  }

  void check(const Position* resume) override;
  void open(const Position* resume) override;
  void write(std::string_view block) override;
  Position make_durable(std::uint64_t epoch) override;
  void close() override;
  void interrupt() override { output_.interrupt(); }

 private:
  void cut_back(const Position& resume);
  void end_frame();
  void write_bytes(std::string_view bytes);

  FileSinkOptions options_;
  std::string header_;
  std::unique_ptr<Compressor> compressor_;
  std::string compressed_;
  FileDescriptor file_;
  StreamOutput output_;
  bool is_regular_ = true;
  std::uint64_t length_ = 0;
};

void FileWriter::check(const Position* resume) {
  const std::string& path = options_.path;
  struct ::stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno != ENOENT) fail(ExitCode::cannot_open, "open", path, errno);
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    if (::access(folder.c_str(), W_OK | X_OK) != 0) fail(ExitCode::cannot_open, "open", path, errno);
    return;
  }
  if (S_ISDIR(status.st_mode)) fail(ExitCode::cannot_open, "open", path, EISDIR);
  if (::access(path.c_str(), W_OK) != 0) fail(ExitCode::cannot_open, "open", path, errno);
  if (options_.if_exists == IfExists::fail && resume == nullptr && S_ISREG(status.st_mode))
    throw Failure(ExitCode::cannot_open,
                  fmt::format("cannot open '{}': it is there already (`if_exists: fail`)", path));
}

void FileWriter::open(const Position* resume) {
  int flags = O_WRONLY | O_NOCTTY | O_NONBLOCK;
  if (resume == nullptr) flags |= O_CREAT | (options_.if_exists == IfExists::replace ? O_TRUNC : O_APPEND);
  auto file = open_file(options_.path, flags);
  while (!file && file.error().number == ENXIO) {  // a pipe that nobody reads yet, which nothing would tell us of
    if (output_.is_interrupted_within(std::chrono::milliseconds(50))) return;
    file = open_file(options_.path, flags);
  }
  if (!file)
    throw Failure(resume == nullptr ? ExitCode::cannot_open : ExitCode::recovery_unusable, file.error().message);
  file_ = std::move(*file);
  output_.use(file_.number());
  struct ::stat status {};
  if (::fstat(file_.number(), &status) != 0) fail(ExitCode::cannot_open, "open", options_.path, errno);
  is_regular_ = S_ISREG(status.st_mode);
  length_ = is_regular_ ? static_cast<std::uint64_t>(status.st_size) : 0;
  if (resume != nullptr && is_regular_)
    cut_back(*resume);
  else if (length_ == 0 && !header_.empty())
    write(header_);
}

// What was written after the checkpoint belongs to an epoch that never was.
void FileWriter::cut_back(const Position& resume) {
  std::uint64_t kept = 0;
  const bool is_number = std::from_chars(resume.data(), resume.data() + resume.size(), kept).ec == std::errc();
  if (!is_number || kept > length_)
    throw Failure(
        ExitCode::recovery_unusable,
        fmt::format("'{}' has {} bytes, fewer than the {} that the checkpoint knows", options_.path, length_, resume));
  if (::ftruncate(file_.number(), static_cast<off_t>(kept)) != 0 || ::lseek(file_.number(), 0, SEEK_END) < 0)
    fail(ExitCode::cannot_open, "cut back", options_.path, errno);
  length_ = kept;
}

void FileWriter::write(std::string_view block) {
  if (compressor_ == nullptr) return write_bytes(block);
  compressor_->write(block, compressed_);
  write_bytes(std::exchange(compressed_, std::string()));
}

Position FileWriter::make_durable(std::uint64_t) {
  end_frame();
  if (const int number = synchronise(file_.number())) fail(ExitCode::running_failed, "write", options_.path, number);
  return std::to_string(length_);
}

void FileWriter::close() {
  end_frame();
  if (const int number = file_.close()) fail(ExitCode::running_failed, "write", options_.path, number);
}

void FileWriter::end_frame() {
  if (compressor_ == nullptr) return;
  compressor_->end_frame(compressed_);
  write_bytes(std::exchange(compressed_, std::string()));
}

void FileWriter::write_bytes(std::string_view bytes) {
  const int number = output_.write(bytes);
  if (number != 0 && number != ECANCELED) fail(ExitCode::running_failed, "write", options_.path, number);
  length_ += bytes.size();
}

Spec file_sink_spec() {
  Spec spec;
  spec.kind = ComponentKind::sink;
  spec.name = "file";
  spec.summary = "Writes a file";
  spec.options = {
      {.name = "path",
       .type = OptionType::text,
       .doc = "The file to write, relative to the working folder. Its folder must be there.",
       .required = true,
       .example = "totals.jsonl"},
      {.name = "if_exists",
       .type = OptionType::choice,
       .doc = "What becomes of a file that is there when a job starts anew: it is replaced, appended to, or an error.",
       .default_text = "replace",
       .choices = {"replace", "append", "fail"}},
      {.name = "compression",
       .type = OptionType::choice,
       .doc = "A gzip member or zstd frame ends with every epoch and with the job.",
       .default_text = "none",
       .choices = {"none", "gzip", "zstd"}},
  };
  spec.can_reject = true;
  spec.guarantee =
      "exactly once: a restart cuts the file back to its length at the last epoch; at least once where `path` is no "
      "regular file";
  spec.example =
      "- sink:\n"
      "    file: { path: totals.jsonl, if_exists: append }\n"
      "    encode: json\n";
  return spec;
}

FileSinkOptions chosen_options(const Options& options) {
  const auto& if_exists = options.at<std::string>("if_exists");
  FileSinkOptions chosen;
  chosen.path = options.at<std::string>("path");
  chosen.if_exists = if_exists == "append" ? IfExists::append
                     : if_exists == "fail" ? IfExists::fail
                                           : IfExists::replace;
  chosen.compression = compression_named(options.at<std::string>("compression"));
  return chosen;
}

Result<SinkPlan, OptionFaults> plan_file_sink(const Options& options) {
  const FileSinkOptions chosen = chosen_options(options);
  if (chosen.path.empty()) return OptionFaults{{"path", "empty-value", "`path` names no file", "write a path"}};
  if (const auto stream = standard_stream(chosen.path); stream && *stream != STDIN_FILENO) {
    // To open the file behind it would truncate what others have written there.
    if (chosen.compression != Compression::none)
      return OptionFaults{{"compression", "wrong-type",
                           "`compression` takes a file of its own, and `path` is a standard stream",
                           "leave it out, and pipe what is written through `gzip` or `zstd`"}};
    return standard_stream_plan(*stream);
  }
  struct ::stat status {};
  const bool is_special = ::stat(chosen.path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
  SinkPlan plan;
  plan.make = [](Context&, std::unique_ptr<Encoder> encoder, BlockQueue* queue) -> std::unique_ptr<Sink> {
    return std::make_unique<ByteSink>(std::move(encoder), *queue);
  };
  plan.make_writer = [chosen](std::string header) -> std::unique_ptr<Writer> {
    return std::make_unique<FileWriter>(chosen, std::move(header));
  };
  plan.resource = "file:" + resolved_path(chosen.path);
  plan.name = "file:" + chosen.path;
  plan.guarantee = is_special ? "at least once: the path is no regular file" : "exactly once";
  return plan;
}

}  // namespace

SinkEntry file_sink() { return {file_sink_spec(), plan_file_sink}; }

}  // namespace flowrun
