#pragma once

#include <deque>
#include <memory>
#include <string>

#include "component/registry.hpp"
#include "connectors/block_reader.hpp"
#include "connectors/file_input.hpp"
#include "connectors/file_stretch.hpp"

namespace flowrun {

/// How a source reads its files, and what its partitions share. It outlives them.
struct FileReading {
  Framing framing;
  std::string compression;  // "auto", or a name
  bool from_end = false;    // of files that have not been read before
  bool in_order = false;    // one after the other, as one partition
  bool follows = false;     // at the end of a file it waits for more, and for the file that takes its name
  std::shared_ptr<BufferPool> pool = std::make_shared<BufferPool>();
  OpenFiles files;
};

/// Reads files, or what is left of them, one after the other. Each is opened when its turn comes.
class FilePartition final : public Partition {
 public:
  /// The first stretch is opened at once. Throws Failure (exit 6) where it cannot be.
  FilePartition(FileReading& reading, std::shared_ptr<const PartitionName> name, std::deque<FileStretch> stretches);

  Read read(Batch& batch, std::size_t most_records) override;
  Position position() const override;

 private:
  void open_next(ExitCode code);
  std::shared_ptr<const PartitionName> name_of(const std::string& path) const;
  std::unique_ptr<ByteInput> open(const FileStretch& stretch, ExitCode code);
  void open_header(const FileStretch& stretch, ExitCode code);
  bool read_header(Batch& batch);

  FileReading& reading_;
  std::shared_ptr<const PartitionName> name_;
  std::deque<FileStretch> stretches_;    // the first is being read
  FileIdentity identity_;                // of that file
  std::unique_ptr<BlockReader> header_;  // gives the first record of the file, where reading goes on behind it
  std::unique_ptr<BlockReader> reader_;  // null: there is nothing to read
  bool has_ended_ = false;
};

}  // namespace flowrun
