#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "component/registry.hpp"

namespace flowrun {

struct YamlNode;

/// A source step: a connector and how its bytes become records.
struct SourceStep {
  SourcePlan source;
  DecoderPlan decoder;  // where the source does not give records itself
  OperatorPlan time;    // sets the event time of each record; without `make` where the step has no `time`
  OperatorPlan key;     // sets the key of each record; without `make` where the step has no `key`
  std::size_t max_record = 16 * 1024 * 1024;
  double records_per_second = 0;
  std::string codec;
};

/// A sink step: records become bytes, and go to a connector.
struct SinkStep {
  SinkPlan sink;
  EncoderPlan encoder;  // where the sink encodes
  std::string codec;
};

/// A place that records come from: an output of a step.
struct Stream {
  std::size_t step = 0;
  Port port = 0;
  bool operator==(const Stream&) const = default;
};

/// A stream that a step reads. Those of one input are merged; most steps have one input.
struct ReadStream : Stream {
  InputIndex input = 0;
};

/// The outputs of a step in the order of their ports; one past them is its errors output.
struct StepOutputs {
  std::vector<std::string> names;  // "" for the main output
  bool has_errors = false;
  Port errors_port() const { return static_cast<Port>(names.size()); }
};

/// An entry of `stream`, checked.
struct Step {
  std::string id;
  std::string operation;  // "source", "sink" or the operator's name
  std::string component;  // the connector, or the operator's name
  std::string doc;
  const YamlNode* node = nullptr;  // its mapping, for positions
  OnError on_error = OnError::stop;
  std::variant<SourceStep, OperatorPlan, SinkStep> work;
  StepOutputs outputs;
  std::vector<ReadStream> from;
  bool keeps_state = false;
  bool is_named = false;                // it has an id of its own
  bool under_errors = false;            // a path from an errors output leads to it
  bool has_event_time = false;          // what comes to it, or of a source, what it gives
  ClockKind clock = ClockKind::system;  // of its durations

  bool is_source() const { return std::holds_alternative<SourceStep>(work); }
  bool is_sink() const { return std::holds_alternative<SinkStep>(work); }
};

/// What is written in a flow file, with every name resolved.
struct Flow {
  std::string name;
  std::string doc;
  std::vector<Step> steps;  // in the order of the file
};

}  // namespace flowrun
