#include "connectors/file_partition.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/failure.hpp"
#include "connectors/decompressed_input.hpp"
#include "connectors/followed_input.hpp"

namespace flowrun {
namespace {

bool is_blank(const Batch& batch) {
  return std::all_of(batch.rows().begin(), batch.rows().end(), [&](Batch::Row row) {
    return batch.raw(row).find_first_not_of("\r\n") == std::string_view::npos;
  });
}

}  // namespace

FilePartition::FilePartition(FileReading& reading, std::shared_ptr<const PartitionName> name,
                             std::deque<FileStretch> stretches)
    : reading_(reading), name_(std::move(name)), stretches_(std::move(stretches)) {
  if (!stretches_.empty()) open_next(ExitCode::cannot_open);
}

Partition::Read FilePartition::read(Batch& batch, std::size_t most_records) {
  if (reader_ == nullptr) return Read::end;
  if (header_ != nullptr && read_header(batch)) return Read::more;
  const Read outcome = reader_->read(batch, most_records);
  if (outcome != Read::end) return outcome;
  if (stretches_.size() == 1 && reading_.follows) stretches_.push_back({name_->resource});
  has_ended_ = stretches_.size() == 1;
  if (has_ended_) return Read::end;
  stretches_.pop_front();
  open_next(ExitCode::running_failed);
  return Read::more;
}

// False: it has been given.
bool FilePartition::read_header(Batch& batch) {
  const Read outcome = header_->read(batch, 1);
  if (outcome == Read::end || !is_blank(batch)) header_.reset();
  return outcome != Read::end;
}

Position FilePartition::position() const {
  FilePosition position;
  if (reader_ != nullptr) position = {reader_->place(), identity_, has_ended_, stretches_.front().path};
  return encode(position);
}

// A name of its own for each of several files that are one partition.
std::shared_ptr<const PartitionName> FilePartition::name_of(const std::string& path) const {
  return reading_.in_order ? std::make_shared<PartitionName>(PartitionName{path, 0, name_}) : name_;
}

void FilePartition::open_next(ExitCode code) {
  FileStretch& stretch = stretches_.front();
  std::unique_ptr<ByteInput> input = open(stretch, code);
  if (reading_.framing.begins_with_header && stretch.start.offset > 0) open_header(stretch, code);
  reader_ = std::make_unique<BlockReader>(BlockReader::Setup{std::move(input), reading_.framing.make_framer(),
                                                             reading_.framing.max_record, reading_.pool,
                                                             name_of(stretch.path), stretch.start});
}

void FilePartition::open_header(const FileStretch& stretch, ExitCode code) {
  FileStretch beginning{stretch.path};
  header_ = std::make_unique<BlockReader>(BlockReader::Setup{open(beginning, code), reading_.framing.make_framer(),
                                                             reading_.framing.max_record, reading_.pool,
                                                             name_of(stretch.path), beginning.start});
}

std::unique_ptr<ByteInput> FilePartition::open(const FileStretch& stretch, ExitCode code) {
  auto file = std::make_unique<FileInput>(reading_.files, stretch.path, code);
  identity_ = file->identity();
  const Compression compression =
      reading_.compression == "auto" ? compression_of(file->first_bytes(4)) : compression_named(reading_.compression);
  if (compression != Compression::none && reading_.follows)
    throw Failure(code, fmt::format("cannot follow '{}': it is compressed", stretch.path));
  if (compression != Compression::none)
    return std::make_unique<DecompressedInput>(std::move(file), compression, stretch.start.offset);
  if (reading_.follows)
    return std::make_unique<FollowedInput>(stretch.path, name_->resource, identity_.inode, stretch.start.offset, code);
  file->go_to(stretch.start.offset);
  return file;
}

}  // namespace flowrun
