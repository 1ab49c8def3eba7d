#include "codecs/csv_scan.hpp"

#include <algorithm>

namespace flowrun {
namespace {

std::size_t find_from(std::string_view bytes, std::size_t position, char wanted) {
  return std::min(bytes.find(wanted, position), bytes.size());
}

// How the field ends whose last byte stands before `position`.
void end_field(std::string_view bytes, std::size_t position, char delimiter, CsvField& field) {
  if (position < bytes.size() && bytes[position] == '\r') {
    const bool ends = position + 1 == bytes.size() || bytes[position + 1] == '\n';
    if (ends) ++position;
  }
  if (position == bytes.size() || bytes[position] == '\n')
    field.end = CsvField::End::record;
  else
    field.end = bytes[position] == delimiter ? CsvField::End::delimiter : CsvField::End::after_quote;
  field.bytes = std::min(position + 1, bytes.size());
}

CsvField quoted_field(std::string_view bytes, char delimiter) {
  CsvField field;
  std::size_t quote = find_from(bytes, 1, '"');
  while (quote + 1 < bytes.size() && bytes[quote + 1] == '"') {
    field.has_escapes = true;
    quote = find_from(bytes, quote + 2, '"');
  }
  field.content = bytes.substr(1, quote - 1);
  if (quote == bytes.size()) {
    field.end = CsvField::End::open_quote;
    field.bytes = bytes.size();
  } else {
    end_field(bytes, quote + 1, delimiter, field);
  }
  return field;
}

CsvScan after(char byte, char delimiter, CsvScan scan) {
  switch (scan) {
    case CsvScan::before_field:
      if (byte == '"') return CsvScan::in_quotes;
      [[fallthrough]];
    case CsvScan::in_field:
      return byte == delimiter ? CsvScan::before_field : CsvScan::in_field;
    case CsvScan::in_quotes:
      return byte == '"' ? CsvScan::behind_quote : CsvScan::in_quotes;
    case CsvScan::behind_quote:
      if (byte == '"') return CsvScan::in_quotes;
      return byte == delimiter ? CsvScan::before_field : CsvScan::behind_field;
    case CsvScan::behind_field:
      break;
  }
  return CsvScan::behind_field;
}

}  // namespace

CsvField first_csv_field(std::string_view bytes, char delimiter) {
  if (!bytes.empty() && bytes.front() == '"') return quoted_field(bytes, delimiter);
  CsvField field;
  std::size_t stop = 0;
  while (stop < bytes.size() && bytes[stop] != delimiter && bytes[stop] != '\n') ++stop;
  field.bytes = std::min(stop + 1, bytes.size());
  field.end = stop < bytes.size() && bytes[stop] == delimiter ? CsvField::End::delimiter : CsvField::End::record;
  field.content = bytes.substr(0, stop);
  if (field.end == CsvField::End::record && field.content.ends_with('\r')) field.content.remove_suffix(1);
  return field;
}

CsvRecord first_csv_record(std::string_view bytes, char delimiter) {
  CsvRecord record;
  CsvField field;
  do {
    field = first_csv_field(bytes.substr(record.bytes), delimiter);
    record.bytes += field.bytes;
  } while (field.end == CsvField::End::delimiter);
  // Behind a field that is wrong quotes mean nothing: the record ends with the line.
  if (field.end == CsvField::End::after_quote)
    record.bytes = std::min(find_from(bytes, record.bytes, '\n') + 1, bytes.size());
  record.in_quotes = field.end == CsvField::End::open_quote;
  record.closed = !record.in_quotes && record.bytes > 0 && bytes[record.bytes - 1] == '\n';
  return record;
}

std::size_t end_of_csv_record(std::string_view bytes, char delimiter, CsvScan& scan) {
  for (std::size_t position = 0; position < bytes.size(); ++position) {
    if (bytes[position] == '\n' && scan != CsvScan::in_quotes) return position + 1;
    scan = after(bytes[position], delimiter, scan);
  }
  return bytes.npos;
}

}  // namespace flowrun
