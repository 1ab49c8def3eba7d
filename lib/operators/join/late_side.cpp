#include "operators/join/late_side.hpp"

#include <algorithm>

#include "component/error_record.hpp"

namespace flowrun {

void LateSide::emit(const JoinPlan& plan, const JoinRows::Arrival& arrival, Output& output) {
  const Value meta = make_meta(arrival.batch, arrival.row, scratch_);
  const auto known = meta.members();
  Member* const members = new_members(scratch_, known.size() + 1);
  Member* const end = std::remove_copy_if(known.begin(), known.end(), members,
                                          [](const Member& member) { return member.key.as_text() == "side"; });
  *end = {Value::text("side"), Value::text(plan.sides[arrival.side].name)};
  output.late(arrival.batch, arrival.row, Value::object(members, static_cast<std::size_t>(end - members) + 1));
  scratch_.clear();
}

}  // namespace flowrun
