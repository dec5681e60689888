// nodemailer's pool, which gets whole mails or composes them: nodemailer.cjs (raw|composed) JOB
"use strict";

const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const nodemailer = require("nodemailer");

const [how, jobText] = process.argv.slice(2);
const job = JSON.parse(jobText);
const read = (name) => fs.readFileSync(path.join(job.folder, name));

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

function reader(number) {
  const mac = crypto.createHmac("sha256", "a key of the benchmark").update(String(number)).digest();
  const letters = Array.from(mac.subarray(0, 26), (octet) => BASE32[octet & 31]).join("");
  return { name: `Reader ${number}`, recipient: `reader${number}@d${number % 50}.example`, token: `${number}-${letters}` };
}

const filled = (text, values) => text.replace(/\{\{(name|recipient|token)\}\}/g, (_, name) => values[name]);

function raw() {
  const pieces = read("letter.eml").toString("latin1").split(/\{\{(name|recipient|token)\}\}/);
  const parts = pieces.map((piece, i) => (i % 2 ? piece : Buffer.from(piece, "latin1")));
  return (values) => ({ raw: Buffer.concat(parts.map((part, i) => (i % 2 ? Buffer.from(values[part]) : part))) });
}

function composed() {
  const [text, html] = [read("letter.txt").toString(), read("letter.html").toString()];
  const pdf = read("letter.pdf");
  const attachments = pdf.length ? [{ filename: "update-1.pdf", content: pdf, contentType: "application/pdf" }] : [];
  return (values) => ({
    from: "The Office <office@bench.example>",
    to: values.recipient,
    subject: "The news of this quarter",
    messageId: `<${values.token}@bench.example>`,
    headers: { "List-Id": "<update.bench.example>", "List-Post": "NO", "List-Owner": "<mailto:office@bench.example>" },
    list: { unsubscribe: `mailto:office+leave-${values.token}@bench.example?subject=unsubscribe` },
    text: filled(text, values),
    html: filled(html, values),
    textEncoding: "quoted-printable",
    attachments,
  });
}

async function main() {
  const mailOf = { raw, composed }[how]();
  const pool = nodemailer.createTransport({
    pool: true,
    maxConnections: job.connections,
    maxMessages: Infinity,
    host: "127.0.0.1",
    port: job.port,
    name: "localhost",
    secure: false,
    ignoreTLS: true,
  });
  let number = 0;
  const work = async () => {
    while (number < job.messages) {
      const values = reader(++number);
      const envelope = { from: `office+bounce-${values.token}@bench.example`, to: values.recipient };
      await pool.sendMail({ envelope, ...mailOf(values) });
    }
  };

  const input = readline.createInterface({ input: process.stdin });
  console.log("ready");
  await new Promise((resolve) => input.once("line", resolve));
  const before = process.cpuUsage();
  const began = process.hrtime.bigint();
  await Promise.all(Array.from({ length: job.connections }, work));
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const used = process.cpuUsage(before);
  const peak = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ seconds, cpu: (used.user + used.system) / 1e6, peak_bytes: peak }));
  pool.close();
  input.close();
}

main();
