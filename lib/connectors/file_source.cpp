#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <set>
#include <utility>

#include "base/failure.hpp"
#include "connectors/block_reader.hpp"
#include "connectors/connectors.hpp"
#include "connectors/decompressed_input.hpp"
#include "connectors/file_input.hpp"
#include "os/glob.hpp"

namespace flowrun {
namespace {

// Of the whole job, dealt to its workers.
constexpr std::size_t most_open_files = 256;

struct FileOptions {
  std::vector<std::string> paths;
  bool from_end = false;
  bool in_order = false;
  std::string compression;  // "auto", or a name
};

// Where to go on: written as `OFFSET LINE PATH`. The offset is that of the decompressed bytes.
struct FilePosition {
  Place place;
  std::string path;
};

Position encode(const FilePosition& position) {
  return fmt::format("{} {} {}", position.place.offset, position.place.line, position.path);
}

FilePosition decode(const Position& text) {
  FilePosition position;
  const char* const end = text.data() + text.size();
  const auto offset = std::from_chars(text.data(), end, position.place.offset);
  const auto line = std::from_chars(std::min(offset.ptr + 1, end), end, position.place.line);
  if (offset.ec != std::errc() || line.ec != std::errc() || line.ptr == end)
    throw Failure(ExitCode::recovery_unusable, fmt::format("'{}' is no position in a file", text));
  position.path.assign(line.ptr + 1, end);
  return position;
}

// The files that one option stands for, checked.
std::vector<std::string> files_of(const std::string& path) {
  auto files = matching_files(path);
  if (!files) throw Failure(ExitCode::cannot_open, files.error().message);
  if (files->empty()) throw Failure(ExitCode::cannot_open, fmt::format("no file matches '{}'", path));
  for (const std::string& file : *files) FileInput::check(file);
  return std::move(*files);
}

// Each file once, under the first of its names.
std::vector<std::string> files_of(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  std::set<std::string> resolved;
  for (const std::string& path : paths)
    for (std::string& file : files_of(path))
      if (resolved.insert(resolved_path(file)).second) files.push_back(std::move(file));
  return files;
}

// What the partitions of a source share. It outlives them.
struct Reading {
  FileOptions options;
  Framing framing;
  std::shared_ptr<BufferPool> pool = std::make_shared<BufferPool>();
  OpenFiles files;

  std::unique_ptr<BlockReader> open(std::shared_ptr<const PartitionName> name, const Place* resume, ExitCode code);
};

std::unique_ptr<BlockReader> Reading::open(std::shared_ptr<const PartitionName> name, const Place* resume,
                                           ExitCode code) {
  auto file = std::make_unique<FileInput>(files, name->resource, code);
  const Compression compression =
      options.compression == "auto" ? compression_of(file->first_bytes(4)) : compression_named(options.compression);
  const bool at_end = options.from_end && resume == nullptr;
  if (at_end && compression != Compression::none)
    throw Failure(code, fmt::format("cannot start at the end of '{}': it is compressed", name->resource));
  const Place start = resume != nullptr ? *resume : at_end ? Place{file->size(), 0} : Place{0, 1};
  std::unique_ptr<ByteInput> input;
  if (compression == Compression::none)
    file->go_to(start.offset), input = std::move(file);
  else
    input = std::make_unique<DecompressedInput>(std::move(file), compression, start.offset);
  return std::make_unique<BlockReader>(
      BlockReader::Setup{std::move(input), framing.make_framer(), framing.max_record, pool, std::move(name), start});
}

class FilePartition final : public Partition {
 public:
  FilePartition(std::unique_ptr<BlockReader> reader, std::string path)
      : reader_(std::move(reader)), path_(std::move(path)) {}

  Read read(Batch& batch, std::size_t most_records) override { return reader_->read(batch, most_records); }
  Position position() const override { return encode({reader_->place(), path_}); }

 private:
  std::unique_ptr<BlockReader> reader_;
  std::string path_;
};

// Several files, one after the other. The first is opened at once, the next when the one before has ended.
class FilesInOrder final : public Partition {
 public:
  FilesInOrder(Reading& reading, std::shared_ptr<const PartitionName> name, std::vector<std::string> files,
               const FilePosition* resume)
      : reading_(reading), name_(std::move(name)), files_(std::move(files)) {
    if (resume != nullptr) {
      current_ = static_cast<std::size_t>(std::find(files_.begin(), files_.end(), resume->path) - files_.begin());
      if (current_ == files_.size())
        throw Failure(ExitCode::recovery_unusable, fmt::format("'{}' is no longer there", resume->path));
    }
    open(resume != nullptr ? &resume->place : nullptr, ExitCode::cannot_open);
  }

  Read read(Batch& batch, std::size_t most_records) override {
    const Read outcome = reader_->read(batch, most_records);
    if (outcome != Read::end || current_ + 1 == files_.size()) return outcome;
    ++current_;
    open(nullptr, ExitCode::running_failed);
    return Read::more;
  }
  Position position() const override { return encode({reader_->place(), files_[current_]}); }

 private:
  void open(const Place* resume, ExitCode code) {
    reader_ = reading_.open(std::make_shared<PartitionName>(PartitionName{files_[current_], 0, name_}), resume, code);
  }

  Reading& reading_;
  std::shared_ptr<const PartitionName> name_;
  std::vector<std::string> files_;
  std::size_t current_ = 0;
  std::unique_ptr<BlockReader> reader_;
};

class FileSource final : public Source {
 public:
  FileSource(const Context& context, FileOptions options, Framing framing)
      : reading_{.options = std::move(options),
                 .framing = std::move(framing),
                 .files = OpenFiles(std::max<std::size_t>(1, most_open_files / context.workers))} {}

  std::vector<std::shared_ptr<const PartitionName>> discover() override {
    std::vector<std::string> files = files_of(reading_.options.paths);
    if (reading_.options.in_order) files = {fmt::format("{}", fmt::join(reading_.options.paths, ", "))};
    std::sort(files.begin(), files.end());
    std::vector<std::shared_ptr<const PartitionName>> names;
    for (std::string& file : files) names.push_back(std::make_shared<PartitionName>(PartitionName{std::move(file), 0}));
    return names;
  }

  std::unique_ptr<Partition> open(std::shared_ptr<const PartitionName> name, const Position* resume) override {
    std::optional<FilePosition> position;
    if (resume != nullptr) position = decode(*resume);
    if (reading_.options.in_order)
      return std::make_unique<FilesInOrder>(reading_, std::move(name), files_of(reading_.options.paths),
                                            position ? &*position : nullptr);
    std::string path = name->resource;
    auto reader = reading_.open(std::move(name), position ? &position->place : nullptr, ExitCode::cannot_open);
    return std::make_unique<FilePartition>(std::move(reader), std::move(path));
  }

 private:
  Reading reading_;
};

Spec file_source_spec() {
  Spec spec;
  spec.kind = ComponentKind::source;
  spec.name = "file";
  spec.summary = "Reads files, also compressed ones, to their end";
  spec.options = {
      {.name = "path",
       .type = OptionType::texts,
       .doc = "The files to read: a path, or a list of paths; `* ? [ ] { }` make patterns. Relative to the working "
              "folder. "
              "What stands for no file is an error.",
       .required = true,
       .example = "logs/*.jsonl.gz"},
      {.name = "from",
       .type = OptionType::choice,
       .doc = "Where to begin in a file that has not been read before.",
       .default_text = "start",
       .choices = {"start", "end"}},
      {.name = "compression",
       .type = OptionType::choice,
       .doc =
           "`auto` looks at the first bytes of each file. Several gzip members or zstd frames in a file are one text.",
       .default_text = "auto",
       .choices = {"auto", "none", "gzip", "zstd"}},
      {.name = "read",
       .type = OptionType::choice,
       .doc =
           "`together`: each file is a partition, and files are shared out to the workers. `in_order`: one file after "
           "the other, in the order written (of a pattern: by name), by one worker.",
       .default_text = "together",
       .choices = {"together", "in_order"}},
  };
  spec.guarantee = "exactly once with respect to state: a restart goes on at the record after the last epoch";
  spec.example =
      "- source:\n"
      "    file: { path: 'logs/*.jsonl.gz' }\n"
      "    decode: json\n";
  return spec;
}

Result<SourcePlan, OptionFaults> plan_file_source(const Options& options) {
  FileOptions chosen;
  chosen.paths = options.at<std::vector<std::string>>("path");
  chosen.from_end = options.at<std::string>("from") == "end";
  chosen.in_order = options.at<std::string>("read") == "in_order";
  chosen.compression = options.at<std::string>("compression");
  if (chosen.paths.empty() || std::find(chosen.paths.begin(), chosen.paths.end(), "") != chosen.paths.end())
    return OptionFaults{{"path", "empty-value", "`path` names no file", "write at least one path or pattern"}};
  SourcePlan plan;
  plan.paths = chosen.paths;
  plan.make = [chosen](Context& context, const Framing& framing) -> std::unique_ptr<Source> {
    return std::make_unique<FileSource>(context, chosen, framing);
  };
  return plan;
}

}  // namespace

SourceEntry file_source() { return {file_source_spec(), plan_file_source}; }

}  // namespace flowrun
