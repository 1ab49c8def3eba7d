#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "codecs/block_decoder.hpp"
#include "codecs/csv_header.hpp"
#include "codecs/csv_scan.hpp"
#include "component/codec.hpp"
#include "component/options.hpp"

namespace flowrun {

/// Records of CSV may span lines, so the framer follows the quotes. Where one is not closed before the end, the line that
/// it stands in is a record of its own: what follows is not lost with it. One that is too long ends where its quotes say.
class CsvFramer final : public Framer {
 public:
  explicit CsvFramer(char delimiter) : delimiter_(delimiter) {}

  Cut cut(std::string_view bytes, std::size_t most_records, bool at_end) override;
  bool by_newline() const override { return false; }
  Passed pass(std::string_view bytes, unsigned char& state) const override;

 private:
  char delimiter_;
};

/// Objects of text by the names of the columns, or arrays where there are none. Blank lines are no records.
class CsvDecoder final : public BlockDecoder {
 public:
  /// `columns` as the option `header`: the first record of each partition has the names, or they are given, or there are
  /// none.
  CsvDecoder(const Columns& columns, char delimiter, const ReadSet& reads);

 protected:
  void begin(Block& block) override;
  void decode(Block& block, Batch& out, Output& output) override;

 private:
  /// What is known of the header of a partition.
  struct Names {
    bool expected = true;                     // its first record has not come yet
    std::shared_ptr<const CsvHeader> header;  // null: it could not be read
  };

  bool split(std::string_view record, Arena& arena);
  bool take_header(std::string_view record);
  void decode_record(const Block& block, std::string_view record, Batch& out, Output& output);
  Value field_value(const CsvField& field, Arena& arena) const;
  bool is_read(std::size_t column) const;
  bool fail(std::string message);

  bool names_in_data_ = false;
  bool has_names_ = false;
  char delimiter_;
  std::shared_ptr<const CsvHeader> given_;
  std::map<std::pair<std::string, std::int32_t>, Names> partitions_;
  Names* names_ = nullptr;  // of the block at hand, where they stand in the data
  const CsvHeader* header_ = nullptr;
  bool kept_ = false;          // the batch under construction keeps the header alive, if it has rows
  std::vector<Value> values_;  // of the columns that are read of the record at hand
  std::size_t fields_ = 0;     // columns of the record at hand
  std::string fault_;
};

}  // namespace flowrun
