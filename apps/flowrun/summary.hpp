#pragma once

#include <cstdint>
#include <string>

#include "flow/flow.hpp"
#include "runtime/job.hpp"

namespace flowrun {

/// What came into the flow: of a source with a decoder, what that found in the bytes.
std::uint64_t records_read(const Plan& plan, const JobSummary& summary);
/// What came to its sinks.
std::uint64_t records_written(const Plan& plan, const JobSummary& summary);
std::uint64_t rejected_records(const JobSummary& summary);
/// What came too late for every window.
std::uint64_t late_records(const JobSummary& summary);

/// What becomes of the results that are open when a run ends.
struct OpenState {
  bool finishes_at_end = true;  // they are emitted when the input has ended
  bool is_kept = false;         // where they are not, the next run goes on with them
};

/// One line of what a run did: "read 10 records, wrote 8, rejected 2 (decode 2 by orders) in 0.120 s". Of a run that was
/// stopped, or does not finish at the end of the input, also the steps whose open results were discarded.
std::string summary_line(const Flow& flow, const Plan& plan, const JobSummary& summary, double seconds,
                         const OpenState& open);

}  // namespace flowrun
