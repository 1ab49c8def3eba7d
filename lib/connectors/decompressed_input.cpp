#include "connectors/decompressed_input.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace flowrun {
namespace {

constexpr std::size_t compressed_bytes = 64 * 1024;

}  // namespace

DecompressedInput::DecompressedInput(std::unique_ptr<FileInput> file, Compression compression, std::uint64_t skipped)
    : file_(std::move(file)),
      compression_(compression),
      decompressor_(make_decompressor(compression)),
      skipped_(skipped),
      compressed_(compressed_bytes) {}

ByteInput::Bytes DecompressedInput::read(std::span<char> room) {
  while (skipped_ > 0) {
    const Bytes bytes = read_some(room.first(std::min<std::uint64_t>(room.size(), skipped_)));
    skipped_ -= bytes.count;
    if (bytes.at_end) return bytes;
  }
  return read_some(room);
}

ByteInput::Bytes DecompressedInput::read_some(std::span<char> room) {
  for (;;) {
    if (begin_ == end_ && !file_ended_) fill();
    const auto step = decompressor_->run(std::span(compressed_).subspan(begin_, end_ - begin_), room);
    begin_ += step.read;
    if (step.error != nullptr)
      throw Failure(ExitCode::running_failed,
                    fmt::format("cannot decompress '{}' ({}): {}", file_->path(), name(compression_), step.error));
    if (step.written > 0) return {step.written, false};
    if (file_ended_ && begin_ == end_) break;
  }
  if (!decompressor_->is_complete())
    throw Failure(ExitCode::running_failed,
                  fmt::format("cannot decompress '{}' ({}): the file is cut off", file_->path(), name(compression_)));
  return {0, true};
}

void DecompressedInput::fill() {
  const Bytes bytes = file_->read(compressed_);
  begin_ = 0;
  end_ = bytes.count;
  file_ended_ = bytes.at_end;
}

}  // namespace flowrun
