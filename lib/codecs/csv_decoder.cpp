#include "codecs/csv_decoder.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/utf8.hpp"

namespace flowrun {
namespace {

std::size_t count_lines(std::string_view bytes) {
  return static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
}

std::string_view without_line_end(std::string_view record) {
  if (record.ends_with('\n')) record.remove_suffix(1);
  if (record.ends_with('\r')) record.remove_suffix(1);
  return record;
}

}  // namespace

Framer::Cut CsvFramer::cut(std::string_view bytes, std::size_t most_records, bool at_end) {
  Cut cut;
  while (cut.bytes < bytes.size() && cut.records < most_records) {
    const std::string_view rest = bytes.substr(cut.bytes);
    const CsvRecord record = first_csv_record(rest, delimiter_);
    std::size_t size = record.bytes;
    if (!record.closed) {
      if (!at_end || (record.in_quotes && cut.records > 0)) break;
      if (record.in_quotes) size = std::min(rest.find('\n'), rest.size() - 1) + 1;
    }
    cut.lines += count_lines(rest.substr(0, size));
    cut.bytes += size;
    ++cut.records;
    if (record.in_quotes) break;
  }
  return cut;
}

Framer::Passed CsvFramer::pass(std::string_view bytes, unsigned char& state) const {
  auto scan = static_cast<CsvScan>(state);
  const std::size_t end = end_of_csv_record(bytes, delimiter_, scan);
  state = static_cast<unsigned char>(scan);
  return end == bytes.npos ? Passed{bytes.size(), false} : Passed{end, true};
}

CsvDecoder::CsvDecoder(const Columns& columns, char delimiter, const ReadSet& reads)
    : BlockDecoder(reads),
      names_in_data_(columns.header && columns.names.empty()),
      has_names_(columns.header),
      delimiter_(delimiter) {
  if (has_names_ && !names_in_data_) given_ = std::make_shared<const CsvHeader>(columns.names, reads.value);
  header_ = given_.get();
}

void CsvDecoder::begin(Block& block) {
  if (!names_in_data_) return;
  const PartitionName none;
  const PartitionName& partition = block.partition != nullptr ? *block.partition : none;
  names_ = &partitions_[{partition.resource, partition.number}];
  header_ = names_->header.get();
  kept_ = false;
}

void CsvDecoder::decode(Block& block, Batch& out, Output& output) {
  const std::size_t size = first_csv_record(block.bytes, delimiter_).bytes;
  std::string_view record = without_line_end(block.bytes.substr(0, size));
  if (block.place.offset == 0 && record.starts_with(byte_order_mark)) record.remove_prefix(byte_order_mark.size());
  if (!record.empty()) {
    if (names_in_data_ && names_->expected) {
      if (!take_header(record)) reject(fmt::format("not a CSV header: {}", fault_), block, record, output);
    } else {
      decode_record(block, record, out, output);
    }
  }
  skip(block, size, count_lines(block.bytes.substr(0, size)));
}

// The names of the columns. Where they cannot be read no record of the partition can.
bool CsvDecoder::take_header(std::string_view record) {
  names_->expected = false;
  Arena arena;
  if (!split(record, arena)) return false;
  std::vector<std::string> names;
  for (const Value& value : values_) names.emplace_back(value.as_text());
  names_->header = std::make_shared<const CsvHeader>(names, reads().value);
  header_ = names_->header.get();
  kept_ = false;
  return true;
}

void CsvDecoder::decode_record(const Block& block, std::string_view record, Batch& out, Output& output) {
  if (has_names_ && header_ == nullptr) return reject("not CSV: the header could not be read", block, record, output);
  if (!split(record, out.arena())) return reject(fmt::format("not CSV: {}", fault_), block, record, output);
  if (!has_names_) {
    Value* const items = new_items(out.arena(), values_.size());
    std::copy(values_.begin(), values_.end(), items);
    return append(Value::array(items, values_.size()), block, record, out);
  }
  if (fields_ != header_->columns())
    return reject(fmt::format("not CSV: found {} fields, expected {} as in the header", fields_, header_->columns()),
                  block, record, output);
  if (!std::exchange(kept_, true) || out.stored() == 0) out.keep(given_ != nullptr ? given_ : names_->header);
  append(header_->object(values_, out.arena()), block, record, out);
}

// Checks a record, and takes the values of the fields that are read.
bool CsvDecoder::split(std::string_view record, Arena& arena) {
  values_.clear();
  fields_ = 0;
  if (const std::size_t valid = valid_utf8(record); valid != record.size())
    return fail(fmt::format("not UTF-8, at byte {}", valid + 1));
  CsvField field;
  std::size_t position = 0;
  do {
    field = first_csv_field(record.substr(position), delimiter_);
    position += field.bytes;
    if (field.end == CsvField::End::open_quote)
      return fail(fmt::format("the quote of field {} is not closed", fields_ + 1));
    if (field.end == CsvField::End::after_quote)
      return fail(fmt::format("found `{}` behind the closing quote of field {}, expected `{}` or the end of the line",
                              record.substr(position - 1, 1), fields_ + 1, delimiter_));
    if (is_read(fields_++)) values_.push_back(field_value(field, arena));
  } while (field.end == CsvField::End::delimiter);
  return true;
}

// Of a field without escapes the text points to the block.
Value CsvDecoder::field_value(const CsvField& field, Arena& arena) const {
  if (!field.has_escapes) return Value::padded_text(field.content.data(), field.content.size());
  std::string text;
  for (std::size_t position = 0; position < field.content.size(); ++position) {
    text.push_back(field.content[position]);
    if (field.content[position] == '"') ++position;
  }
  return Value::text(text, arena);
}

bool CsvDecoder::is_read(std::size_t column) const {
  return header_ == nullptr || (column < header_->columns() && header_->is_read(column));
}

bool CsvDecoder::fail(std::string message) {
  fault_ = std::move(message);
  return false;
}

}  // namespace flowrun
