#include "connectors/byte_sink.hpp"

#include <catch2/catch.hpp>

#include "connectors/connectors.hpp"

using namespace flowrun;

namespace {

class HeldQueue final : public BlockQueue {
 public:
  std::size_t room = 1'000;
  std::vector<std::string> blocks;
  bool has_room() override { return blocks.size() < room; }
  void put(std::string block) override { blocks.push_back(std::move(block)); }
  std::string recycled() override { return {}; }
};

// Writes texts as they are, a line each.
class LineEncoder final : public Encoder {
 public:
  std::size_t encode(const Batch& batch, std::size_t first, std::size_t most_bytes, std::string& out,
                     Output& rejected) override {
    std::size_t consumed = 0;
    for (const Batch::Row row : batch.rows().subspan(first)) {
      if (out.size() >= most_bytes) break;
      ++consumed;
      const Value& value = batch.value(row);
      if (value.is_text())
        out.append(value.as_text()) += '\n';
      else
        rejected.reject(batch, row, RejectKind::sink, "it is no text");
    }
    return consumed;
  }
};

}  // namespace

TEST_CASE("records leave in blocks, in order, as far as the queue has room") {
  HeldQueue queue;
  queue.room = 1;
  ByteSink sink(std::make_unique<LineEncoder>(), queue);
  Output rejected({.step = "out", .ports = 0});
  std::string expected;
  int waits = 0;
  for (int round = 0; round < 100; ++round) {
    Batch batch;
    for (int row = 0; row < 1'000; ++row) {
      const std::string text = "record " + std::to_string(round * 1'000 + row);
      batch.append(Value::text(text, batch.arena()));
      expected += text + "\n";
    }
    while (sink.write(batch, rejected) == Progress::more) {
      ++waits;
      queue.room += 1;
    }
    REQUIRE(batch.empty());
  }
  const std::size_t full_blocks = queue.blocks.size();
  CHECK(waits + 1 == static_cast<int>(full_blocks));
  CHECK(sink.flush() == Progress::more);
  queue.room += 1;
  CHECK(sink.flush() == Progress::done);
  CHECK(sink.flush() == Progress::done);
  CHECK(queue.blocks.size() == full_blocks + 1);
  std::string written;
  for (const std::string& block : queue.blocks) written += block;
  CHECK(written == expected);
  for (std::size_t block = 0; block < full_blocks; ++block) CHECK(queue.blocks[block].size() >= 128 * 1024);
}

TEST_CASE("records that cannot be encoded are rejected, the others leave") {
  HeldQueue queue;
  ByteSink sink(std::make_unique<LineEncoder>(), queue);
  Output rejected({.step = "out", .ports = 0, .on_error = OnError::skip});
  Batch batch;
  batch.append(Value::text("a"));
  batch.append(Value::integer(1));
  batch.append(Value::text("b"));
  CHECK(sink.write(batch, rejected) == Progress::done);
  CHECK(sink.flush() == Progress::done);
  CHECK(queue.blocks == std::vector<std::string>{"a\nb\n"});
  CHECK(rejected.rejected(RejectKind::sink) == 1);
}

TEST_CASE("drop takes everything") {
  Context context;
  const auto sink = drop_sink().plan(Options())->make(context, nullptr, nullptr);
  Output rejected({.step = "out", .ports = 0});
  Batch batch;
  batch.append(Value::null());
  CHECK(sink->write(batch, rejected) == Progress::done);
  CHECK(batch.empty());
  CHECK(sink->flush() == Progress::done);
}
