#include <algorithm>
#include <deque>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <utility>

#include "base/failure.hpp"
#include "connectors/compression.hpp"
#include "connectors/connectors.hpp"
#include "connectors/file_changes.hpp"
#include "connectors/file_partition.hpp"
#include "os/glob.hpp"

namespace flowrun {
namespace {

// Of the whole job, dealt to its workers.
constexpr std::size_t most_open_files = 256;

struct FileOptions {
  std::vector<std::string> paths;
  bool from_end = false;
  bool in_order = false;
  bool follows = false;
  std::string compression;  // "auto", or a name
};

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

class FileSource final : public Source {
 public:
  FileSource(const Context& context, FileOptions options, Framing framing)
      : paths_(std::move(options.paths)),
        reading_{.framing = std::move(framing),
                 .compression = std::move(options.compression),
                 .from_end = options.from_end,
                 .in_order = options.in_order,
                 .follows = options.follows,
                 .files = OpenFiles(std::max<std::size_t>(1, most_open_files / context.workers))} {}

  std::vector<std::shared_ptr<const PartitionName>> discover() override {
    std::vector<std::string> files = files_of(paths_);
    if (reading_.in_order) files = {fmt::format("{}", fmt::join(paths_, ", "))};
    std::sort(files.begin(), files.end());
    std::vector<std::shared_ptr<const PartitionName>> names;
    for (std::string& file : files) names.push_back(std::make_shared<PartitionName>(PartitionName{std::move(file), 0}));
    return names;
  }

  std::unique_ptr<Partition> open(std::shared_ptr<const PartitionName> name, const Position* resume) override {
    std::vector<std::string> files = reading_.in_order ? files_of(paths_) : std::vector{name->resource};
    std::deque<FileStretch> stretches;
    if (resume != nullptr) {
      const FilePosition position = decode_file_position(*resume);
      const auto current = reading_.in_order ? std::find(files.begin(), files.end(), position.path) : files.begin();
      if (current == files.end())
        throw Failure(ExitCode::recovery_unusable, fmt::format("'{}' is no longer there", position.path));
      for (FileStretch& stretch : stretches_after(*current, position)) stretches.push_back(std::move(stretch));
      files.erase(files.begin(), current + 1);
    }
    for (std::string& file : files) stretches.push_back({std::move(file)});
    if (reading_.from_end && resume == nullptr) go_to_end(stretches.front());
    if (reading_.follows) changes_.watch(name->resource);
    return std::make_unique<FilePartition>(reading_, std::move(name), std::move(stretches));
  }

  int wake_fd() const override { return changes_.descriptor(); }
  void woken() override { changes_.clear(); }

 private:
  void go_to_end(FileStretch& stretch) {
    FileInput file(reading_.files, stretch.path, ExitCode::cannot_open);
    const bool is_plain = reading_.compression == "none" ||
                          (reading_.compression == "auto" && compression_of(file.first_bytes(4)) == Compression::none);
    if (!is_plain)
      throw Failure(ExitCode::cannot_open,
                    fmt::format("cannot start at the end of '{}': it is compressed", stretch.path));
    stretch.start = {file.size(), 0};
  }

  std::vector<std::string> paths_;
  FileReading reading_;
  FileChanges changes_;
};

Spec file_source_spec() {
  Spec spec;
  spec.kind = ComponentKind::source;
  spec.name = "file";
  spec.summary = "Reads files, also compressed ones, to their end or as they grow";
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
      {.name = "follow",
       .type = OptionType::boolean,
       .doc = "At the end of a file wait for more, as of a log that is being written, and go on with the file that "
              "takes its "
              "name when it is rotated or truncated. A last line counts when it has its newline.",
       .default_text = "false"},
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
  chosen.follows = options.at<bool>("follow");
  chosen.compression = options.at<std::string>("compression");
  if (chosen.paths.empty() || std::find(chosen.paths.begin(), chosen.paths.end(), "") != chosen.paths.end())
    return OptionFaults{{"path", "empty-value", "`path` names no file", "write at least one path or pattern"}};
  if (chosen.follows && chosen.in_order)
    return OptionFaults{{"follow", "wrong-type", "`follow` never comes to the next file of `read: in_order`",
                         "leave one of the two out"}};
  if (chosen.follows && chosen.compression != "auto" && chosen.compression != "none")
    return OptionFaults{{"follow", "wrong-type", "`follow` takes files that grow, which compressed ones do not",
                         "leave `follow` or `compression` out"}};
  SourcePlan plan;
  plan.endless = chosen.follows;
  plan.paths = chosen.paths;
  plan.make = [chosen](Context& context, const Framing& framing) -> std::unique_ptr<Source> {
    return std::make_unique<FileSource>(context, chosen, framing);
  };
  return plan;
}

}  // namespace

SourceEntry file_source() { return {file_source_spec(), plan_file_source}; }

}  // namespace flowrun
