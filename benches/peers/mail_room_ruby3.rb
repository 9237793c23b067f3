# Debian's mail_room 0.0.9 hands redis-rb its options as a positional hash, which Ruby 3 refuses: it
# would die at the first mail. This takes the hash, so that mail_room can be measured at all.
require "redis"

module PositionalOptions
  def set(key, value, options = nil, **named) = super(key, value, **(options || {}), **named)
end

Redis.prepend(PositionalOptions)
