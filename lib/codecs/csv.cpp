#include "codecs/codecs.hpp"
#include "codecs/csv_decoder.hpp"
#include "codecs/csv_encoder.hpp"

namespace flowrun {
namespace {

OptionSpec header_option() {
  OptionSpec option;
  option.name = "header";
  option.type = OptionType::columns;
  option.doc =
      "`true`: the first record of each file names the columns; a list: these are their names; `false`: records are "
      "arrays. "
      "Of a sink: whether the names stand at the top, or which";
  option.default_text = "true";
  option.example = "[date, product, amount]";
  return option;
}

OptionSpec delimiter_option() {
  OptionSpec option;
  option.name = "delimiter";
  option.doc = "the character between fields; write a tab as \"\\t\"";
  option.default_text.assign(1, ',');
  option.example.assign(1, ';');
  return option;
}

OptionSpec columns_option() {
  OptionSpec option;
  option.name = "columns";
  option.type = OptionType::texts;
  option.doc = "of a sink: the fields of a record in their order";
  option.example = "[user, total]";
  return option;
}

OptionFaults check_delimiter(const std::string& delimiter) {
  const bool usable = delimiter.size() == 1 && static_cast<unsigned char>(delimiter.front()) < 0x80 &&
                      delimiter != "\"" && delimiter != "\n" && delimiter != "\r" && delimiter.front() != '\0';
  if (usable) return {};
  return {{"delimiter", "out-of-range", "a delimiter is one character of ASCII, and no quote or line end", ""}};
}

std::vector<std::string> columns_of(const Options& options) {
  const auto* const columns = options.get<std::vector<std::string>>("columns");
  return columns != nullptr ? *columns : std::vector<std::string>();
}

Result<DecoderPlan, OptionFaults> plan_decoder(const Options& options, std::int64_t) {
  OptionFaults faults = check_delimiter(options.at<std::string>("delimiter"));
  if (options.has("columns"))
    faults.push_back({"columns", "unknown-key", "`columns` belongs to sinks", "name the columns with `header: [...]`"});
  if (!faults.empty()) return faults;
  const char delimiter = options.at<std::string>("delimiter").front();
  DecoderPlan plan;
  plan.make_framer = [delimiter] { return std::make_unique<CsvFramer>(delimiter); };
  plan.make = [delimiter, columns = options.at<Columns>("header")](Context&, const ReadSet& reads) {
    return std::make_unique<CsvDecoder>(columns, delimiter, reads);
  };
  plan.by_newline = false;
  plan.begins_with_header = options.at<Columns>("header").header && options.at<Columns>("header").names.empty();
  return plan;
}

OptionFaults check_columns(const std::vector<std::string>& columns, const Columns& header) {
  if (columns.empty() && header.header)
    return {{"", "missing-key", "a CSV that is written needs `columns`",
             "write `columns: [a, b]`, or `header: false` for records that are arrays"}};
  if (!header.names.empty() && header.names.size() != columns.size())
    return {{"header", "out-of-range", "`header` names another number of columns than `columns`", ""}};
  return {};
}

Result<EncoderPlan, OptionFaults> plan_encoder(const Options& options) {
  const std::vector<std::string> columns = columns_of(options);
  const auto& header = options.at<Columns>("header");
  OptionFaults faults = check_delimiter(options.at<std::string>("delimiter"));
  for (OptionFault& fault : check_columns(columns, header)) faults.push_back(std::move(fault));
  if (!faults.empty()) return faults;
  const char delimiter = options.at<std::string>("delimiter").front();
  EncoderPlan plan;
  plan.make = [=](Context&, bool) { return std::make_unique<CsvEncoder>(columns, delimiter); };
  if (header.header) plan.header = csv_line(header.names.empty() ? columns : header.names, delimiter);
  if (!columns.empty()) {
    plan.reads = Projection();
    for (const std::string& column : columns) plan.reads.field(column).merge(Projection::everything());
  }
  return plan;
}

}  // namespace

CodecEntry csv_codec() {
  CodecEntry entry;
  entry.spec.kind = ComponentKind::codec;
  entry.spec.name = "csv";
  entry.spec.summary = "Comma-separated values with quotes (RFC 4180); values are text";
  entry.spec.options = {header_option(), delimiter_option(), columns_option()};
  entry.spec.can_reject = true;
  entry.spec.example = "sink: { file: { path: totals.csv }, encode: { csv: { columns: [user, total] } } }";
  entry.plan_decoder = plan_decoder;
  entry.plan_encoder = plan_encoder;
  return entry;
}

}  // namespace flowrun
