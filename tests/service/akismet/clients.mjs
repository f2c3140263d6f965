// Runs one npm client of Akismet through its whole API and prints what it was told as JSON.
// node clients.mjs FOLDER_WITH_NODE_MODULES CLIENT ADDRESS KEY HAM SPAM
import dns from "node:dns";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const WORSE =
  "Best casino bonus, play slots online now and win money http://slots-bonus.example " +
  "Buy cheap replica watches online, free shipping http://watches.example/cheap";

const [folder, client, address, key, ham, spam] = process.argv.slice(2);
const blog = "http://blog.example";
const url = new URL(address);

// One client puts the key before the host name; this stands for the wildcard entry in the DNS.
const lookup = dns.lookup;
dns.lookup = (host, options, callback) =>
  host.endsWith(".winnow.test") || host === "winnow.test"
    ? lookup("127.0.0.1", options, callback)
    : lookup(host, options, callback);

async function faultOf(promise) {
  try {
    await promise;
    return null;
  } catch (fault) {
    return fault.message;
  }
}

async function akismetApi() {
  const { AkismetClient } = createRequire(path.join(folder, "x.js"))("akismet-api");
  const options = { blog, protocol: "http", host: `winnow.test:${url.port}` };
  const good = new AkismetClient({ ...options, key });
  const bad = new AkismetClient({ ...options, key: "000000000000" });
  const comment = (content) => ({ ip: "192.0.2.7", useragent: "x", content, name: "Ada" });
  return {
    good_key: await good.verifyKey(),
    bad_key: await bad.verifyKey(),
    ham: await good.checkSpam(comment(ham)),
    spam: await good.checkSpam(comment(spam)),
    guaranteed: await good.checkSpam({ ...comment(ham), name: "viagra-test-123" }),
    administrator: await good.checkSpam({ ...comment(spam), role: "administrator" }),
    honeypot: await good.checkSpam({ ...comment(ham + " Yes."), honeypot: "filled" }),
    bad_check: await faultOf(bad.checkSpam(comment(ham))),
    submit_spam: await faultOf(good.submitSpam(comment(ham))),
    submit_ham: await faultOf(good.submitHam(comment(spam))),
  };
}

async function cedx() {
  const lib = path.join(folder, "node_modules/@cedx/akismet/lib/index.js");
  const { Author, Blog, CheckResult, Client, Comment } = await import(pathToFileURL(lib));
  const name = Object.fromEntries(Object.entries(CheckResult).map(([k, v]) => [v, k]));
  const make = (key) => new Client(key, new Blog({ url: blog }), { baseUrl: address });
  const good = make(key);
  const comment = (content, author = {}) =>
    new Comment({
      author: new Author({ ipAddress: "192.0.2.7", userAgent: "x", name: "Ada", ...author }),
      content,
      context: ["tea", "beans"],
      date: new Date(),
    });
  return {
    good_key: await good.verifyKey(),
    bad_key: await make("000000000000").verifyKey(),
    ham: name[await good.checkComment(comment(ham))],
    spam: name[await good.checkComment(comment(spam))],
    discard: name[await good.checkComment(comment(`${spam} ${WORSE}`))],
    guaranteed: name[await good.checkComment(comment(ham, { name: "viagra-test-123" }))],
    administrator: name[await good.checkComment(comment(spam, { role: "administrator" }))],
    bad_check: await faultOf(make("000000000000").checkComment(comment(ham))),
    submit_spam: await faultOf(good.submitSpam(comment(ham))),
    submit_ham: await faultOf(good.submitHam(comment(spam))),
  };
}

console.log(JSON.stringify(await (client === "akismet-api" ? akismetApi() : cedx())));
