#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "connectors/byte_input.hpp"
#include "connectors/compression.hpp"
#include "connectors/file_input.hpp"

namespace flowrun {

/// The bytes that a compressed file stands for. A stream that is damaged or cut off throws Failure (exit 7) where that is
/// met; what stands before it has been given by then.
class DecompressedInput final : public ByteInput {
 public:
  /// `file` is at its beginning; the first `skipped` bytes of what it stands for are left out.
  DecompressedInput(std::unique_ptr<FileInput> file, Compression compression, std::uint64_t skipped);

  Bytes read(std::span<char> room) override;

 private:
  Bytes read_some(std::span<char> room);
  void fill();

  std::unique_ptr<FileInput> file_;
  Compression compression_;
  std::unique_ptr<Decompressor> decompressor_;
  std::uint64_t skipped_;  // bytes that are still to be left out
  std::vector<char> compressed_;
  std::size_t begin_ = 0;  // of what is unread in it
  std::size_t end_ = 0;
  bool file_ended_ = false;
};

}  // namespace flowrun
