#include "runtime/channel.hpp"

#include <catch2/catch.hpp>
#include <deque>

#include "runtime/exchange.hpp"

namespace flowrun {
namespace {

Batch numbers(std::initializer_list<std::int64_t> values) {
  Batch batch;
  for (const std::int64_t value : values) batch.append(Value::integer(value));
  return batch;
}

// Groups are the numbers themselves, and so are their hashes.
Batch grouped(std::initializer_list<std::int64_t> values) {
  Batch batch = numbers(values);
  for (const Batch::Row row : batch.rows())
    batch.set_group(row, {"group", static_cast<std::uint64_t>(batch.value(row).as_integer())});
  return batch;
}

std::string text(const Item& item) {
  if (const auto* const watermark = std::get_if<Watermark>(&item.content))
    return "watermark " + std::to_string(watermark->time.time_since_epoch().count());
  if (const auto* const mark = std::get_if<Mark>(&item.content)) return "mark " + std::to_string(mark->epoch);
  if (std::holds_alternative<End>(item.content)) return "end";
  const auto& batch = std::get<Batch>(item.content);
  std::string text = "batch";
  for (const Batch::Row row : batch.rows()) text += " " + std::to_string(batch.value(row).as_integer());
  for (const WatermarkRun& run : batch.watermarks())
    text += " " + std::to_string(run.watermark.time_since_epoch().count()) + "@" + std::to_string(run.first_row);
  return text;
}

struct Ends {
  Rest rest;
  Bell sender{rest};
  Bell receiver{rest};
};

std::vector<std::string> drain(Channel& channel) {
  std::vector<std::string> items;
  while (std::optional<Item> item = channel.pop()) items.push_back(text(*item));
  return items;
}

using Items = std::vector<std::string>;

}  // namespace

TEST_CASE("a channel keeps the order of batches and control items, and takes the latter when it is full") {
  Ends ends;
  Channel channel({1024 * 1024, 1}, ends.sender, ends.receiver);
  CHECK(channel.empty());
  CHECK(channel.has_room());
  channel.push({numbers({1, 2})});
  CHECK_FALSE(channel.has_room());
  channel.push({Watermark{Time(Duration(5))}});
  channel.push({Mark{1}});
  channel.push({End{}});
  CHECK_FALSE(channel.empty());
  CHECK(drain(channel) == Items{"batch 1 2", "watermark 5", "mark 1", "end"});
  CHECK(channel.has_room());
}

TEST_CASE("a channel is full by bytes") {
  Ends ends;
  Channel channel({100, 1000}, ends.sender, ends.receiver);
  Batch batch = numbers({1});
  batch.add_kept_bytes(60);
  channel.push({batch.share()});
  CHECK(channel.has_room());
  channel.push({std::move(batch)});
  CHECK_FALSE(channel.has_room());
  channel.pop();
  CHECK(channel.has_room());
}

TEST_CASE("the receiver is rung when a channel is no longer empty, the sender when half of it is free again") {
  Ends ends;
  Channel channel({1024 * 1024, 4}, ends.sender, ends.receiver);
  channel.push({numbers({1})});
  ends.receiver.sleep();  // comes back: it has been rung
  for (int batch = 0; batch < 3; ++batch) channel.push({numbers({1})});
  CHECK_FALSE(channel.has_room());
  channel.pop();
  CHECK(channel.has_room());
  channel.push({numbers({1})});
  CHECK_FALSE(channel.has_room());
  channel.pop();
  channel.pop();
  ends.sender.sleep();
}

TEST_CASE("records go to the worker of their group, copied where few go there and shared where many do") {
  Ends ends;
  std::deque<Channel> channels;
  std::vector<Channel*> to;
  for (int worker = 0; worker < 3; ++worker)
    to.push_back(&channels.emplace_back(ChannelLimits(), ends.sender, ends.receiver));
  GroupExchange exchange(to);
  const auto take_all = [&] {
    std::vector<Items> items;
    for (Channel* const channel : to) items.push_back(drain(*channel));
    return items;
  };

  exchange.send(grouped({0, 3, 6, 9, 1}));
  CHECK(take_all() == std::vector<Items>{{"batch 0 3 6 9"}, {}, {}});
  CHECK(exchange.flush());
  CHECK(take_all() == std::vector<Items>{{}, {"batch 1"}, {}});
  CHECK_FALSE(exchange.flush());

  SECTION("a batch of one group goes as it is, behind what has been gathered for its worker") {
    exchange.send(grouped({0, 3, 6, 9, 4}));
    exchange.send(grouped({7, 7}));
    CHECK(take_all() == std::vector<Items>{{"batch 0 3 6 9"}, {"batch 4", "batch 7 7"}, {}});
  }
  SECTION("several workers share a batch") {
    exchange.send(grouped({0, 1, 3, 4}));
    CHECK(take_all() == std::vector<Items>{{"batch 0 3"}, {"batch 1 4"}, {}});
  }
  SECTION("a mark goes to all, behind what has been gathered") {
    exchange.send(grouped({0, 3, 6, 9, 1}));
    exchange.send(Control(Mark{1}));
    CHECK(take_all() == std::vector<Items>{{"batch 0 3 6 9", "mark 1"}, {"batch 1", "mark 1"}, {"mark 1"}});
  }
  SECTION("what is gathered leaves after a number of batches, however little it is") {
    for (int batch = 0; batch < 16; ++batch) exchange.send(grouped({0, 3, 6, 9, 1}));
    CHECK(drain(*to[1]) == Items{"batch 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"});
  }
}

TEST_CASE("each record crosses an exchange with the sender's watermark before it") {
  Ends ends;
  Channel left(ChannelLimits(), ends.sender, ends.receiver);
  Channel right(ChannelLimits(), ends.sender, ends.receiver);
  GroupExchange exchange({&left, &right});
  Batch batch = grouped({0, 2, 4, 1, 6, 8, 10, 12, 3, 14, 16});
  batch.set_watermarks({{2, Time(Duration(20))}, {5, Time(Duration(50))}, {11, Time(Duration(110))}});
  exchange.send(std::move(batch));
  exchange.send(Control(Watermark{Time(Duration(110))}));
  exchange.flush();
  CHECK(drain(left) == Items{"batch 0 2 4 6 8 10 12 14 16 20@2 50@5 110@11", "watermark 110"});
  CHECK(drain(right) == Items{"batch 1 3 20@0 50@1 110@2"});
}

TEST_CASE("whole batches go to all workers in turn, past those without room") {
  Ends ends;
  Channel first({1024, 2}, ends.sender, ends.receiver);
  Channel second({1024, 1}, ends.sender, ends.receiver);
  RoundRobinExchange exchange({&first, &second}, 1);
  for (std::int64_t number = 1; number <= 3; ++number) {
    REQUIRE(exchange.has_room());
    exchange.send(numbers({number}));
  }
  CHECK_FALSE(exchange.has_room());
  CHECK(drain(first) == Items{"batch 2", "batch 3"});
  CHECK(drain(second) == Items{"batch 1"});
}

}  // namespace flowrun
