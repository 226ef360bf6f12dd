# Ruby's net/http: one line in (id, host, port, roots), one JSON line out.
require "json"
require "net/http"

$stdout.sync = true
$stdin.each_line do |line|
  id, host, port, roots = line.chomp.split("\t")
  begin
    http = Net::HTTP.new(host, port.to_i, nil)
    http.ipaddr = "127.0.0.1"
    http.use_ssl = true
    http.ca_file = roots
    http.open_timeout = http.read_timeout = 10
    http.max_retries = 0
    http.get("/")
    said = { accepted: true, output: "" }
  rescue StandardError => error
    said = { accepted: false, output: "#{error.message} (#{error.class})" }
  end
  puts JSON.generate({ id: id, **said })
end
