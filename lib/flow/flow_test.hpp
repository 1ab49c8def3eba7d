#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "flow/flow.hpp"
#include "record/value.hpp"

namespace flowrun {

/// A record as a test writes it. What is not written has no part in a comparison; of a record that is sent it is not there.
struct TestRecord {
  std::optional<Value> value;
  std::optional<Value> key;  // text, or null for none
  std::optional<Time> time;  // no_time: none
  std::optional<Value> meta;
};

/// Records that come out of a source at once, as one batch; or bytes, which go through its framing and decoding.
struct TestSend {
  std::size_t source = 0;  // of the steps
  std::vector<TestRecord> records;
  std::optional<std::string> raw;
};
/// The clock moves.
struct TestAdvance {
  Duration by{};
};
/// An epoch is cut.
struct TestEpoch {};
/// The job ends at once, as by a crash, and goes on from its last epoch when the clock has moved on.
struct TestCrash {
  Duration down{};
};
/// The job stops as on a signal, and goes on, on that many workers; nothing: as many as before. Sources that have ended can be
/// sent to again.
struct TestRestart {
  std::optional<std::size_t> workers;
};
/// A source has nothing more.
struct TestEnd {
  std::size_t source = 0;
};
using TestEntry = std::variant<TestSend, TestAdvance, TestEpoch, TestCrash, TestRestart, TestEnd>;

/// The port of a sink at which tests see what it writes.
inline constexpr Port written_port = 0xFFFF;

/// What must come out of a step, or of a sink be written.
struct ExpectedRecords {
  std::string name;  // as written: `per_user`, `per_user.late`
  Stream stream;
  std::vector<TestRecord> records;
};

/// A record that must be rejected. What is empty is not compared; `message` is a part of the text.
struct ExpectedError {
  std::string step;
  std::string kind;
  std::string message;
};

/// An entry of `tests`, checked. Its values live in the memory of the flow.
struct FlowTest {
  std::string name;
  std::string doc;
  std::map<std::string, std::string> parameters;  // as the command line would give them
  Time now{};                                     // where the clock starts
  std::vector<TestEntry> script;                  // of `given`, too
  bool is_given = false;
  std::vector<ExpectedRecords> expected;
  std::vector<ExpectedError> errors;
  bool in_order = false;
  std::optional<std::size_t> workers;  // on no other number of them
};

}  // namespace flowrun
