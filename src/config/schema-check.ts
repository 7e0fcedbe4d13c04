// Written by scripts/schema.js from config/gateway.schema.json: change the schema, then run "node scripts/schema.js".
// biome-ignore-all format: generated
// biome-ignore-all lint: generated
// @ts-nocheck

export const validate = validate10;
export default validate10;
const schema11 = {"$schema":"http://json-schema.org/draft-07/schema#","type":["object","null"],"additionalProperties":false,"properties":{"listen":{"type":["string","integer"],"pattern":"^(\\[[0-9A-Fa-f:.%\\w]+\\]:|[^\\s:/@\\[\\]]+:)?\\d{1,5}$","minimum":0,"maximum":65535},"hosts":{"type":["array","null"],"items":{"type":"string","pattern":"^(\\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]+\\]?|[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\\.?)$"}},"cors":{"type":["object","null"],"additionalProperties":false,"properties":{"origins":{"type":["array","null"],"items":{"type":"string","pattern":"^[a-z][a-z0-9+.-]*://[^\\s/?#@]+$"}}}},"defaultProvider":{"type":["string","null"]},"respondAs":{"$ref":"#/definitions/respondAs"},"fallback":{"$ref":"#/definitions/fallback"},"keepAlive":{"$ref":"#/definitions/duration"},"usage":{"enum":["pass","inject"]},"providers":{"type":["object","null"],"propertyNames":{"$ref":"#/definitions/providerName"},"additionalProperties":{"$ref":"#/definitions/provider"}},"aliases":{"$ref":"#/definitions/aliases"},"profiles":{"type":["object","null"],"propertyNames":{"pattern":"^[^\\s-]\\S*$"},"additionalProperties":{"$ref":"#/definitions/profile"}},"models":{"type":["object","null"],"propertyNames":{"pattern":"^\\S+$"},"additionalProperties":{"$ref":"#/definitions/model"}},"manifests":{"type":["object","null"],"additionalProperties":{"type":["object","null"],"additionalProperties":{"type":"string"}}},"limits":{"type":["object","null"],"additionalProperties":false,"properties":{"body":{"$ref":"#/definitions/size"},"header":{"$ref":"#/definitions/size"},"headerTime":{"$ref":"#/definitions/duration"},"bodyTime":{"$ref":"#/definitions/duration"},"connections":{"type":"integer","minimum":1,"maximum":1000000},"concurrent":{"type":"integer","minimum":0,"maximum":1000000},"queue":{"type":"integer","minimum":0,"maximum":1000000},"wait":{"$ref":"#/definitions/duration"}}},"log":{"type":["object","null"],"additionalProperties":false,"properties":{"level":{"enum":["debug","info","warn","error"]},"format":{"enum":["text","json"]},"size":{"$ref":"#/definitions/size"},"files":{"type":"integer","minimum":0,"maximum":1000}}},"workers":{"type":["string","integer"],"pattern":"^auto$","minimum":1,"maximum":64},"metrics":{"type":["object","null"],"additionalProperties":false,"properties":{"clientPort":{"type":"boolean"},"listen":{"type":["string","integer"],"pattern":"^(\\[[0-9A-Fa-f:.%\\w]+\\]:|[^\\s:/@\\[\\]]+:)?\\d{1,5}$","minimum":0,"maximum":65535}}},"drain":{"$ref":"#/definitions/duration"}},"definitions":{"duration":{"type":["string","integer"],"pattern":"^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$","minimum":0,"maximum":0},"size":{"type":["string","integer"],"pattern":"^\\d{1,12}(\\.\\d{1,3})?(B|KiB|MiB|GiB|KB|MB|GB)$","minimum":1,"maximum":9007199254740991},"model":{"type":["object","null"],"additionalProperties":false,"properties":{"maxOutput":{"type":"integer","minimum":1},"sampling":{"enum":["free","one","fixed"]},"thinking":{"enum":["none","budget","adaptive","effort","level"]},"thinkingOff":{"type":"boolean"},"budget":{"type":"array","items":{"type":"integer","minimum":0},"minItems":2,"maxItems":2},"efforts":{"type":"array","items":{"enum":["minimal","low","medium","high","xhigh","max"]}},"prefill":{"type":"boolean"},"schema":{"type":"boolean"},"systemAnywhere":{"type":"boolean"},"stop":{"type":"boolean"},"toolsNeedResponses":{"type":"boolean"},"reasoningHidden":{"type":"boolean"},"signedCalls":{"type":"boolean"},"tokenFactor":{"type":"number","exclusiveMinimum":0}}},"respondAs":{"enum":["upstream","alias"]},"timeouts":{"type":["object","null"],"additionalProperties":false,"properties":{"connect":{"$ref":"#/definitions/duration"},"firstByte":{"$ref":"#/definitions/duration"},"idle":{"$ref":"#/definitions/duration"},"total":{"$ref":"#/definitions/duration"}}},"fallback":{"type":["object","null"],"additionalProperties":false,"properties":{"on":{"type":"array","items":{"type":["string","integer"],"pattern":"^(connect|timeout|broken|empty|error|5xx)$","minimum":401,"maximum":599,"not":{"enum":[413,422]}}},"attempts":{"type":"integer","minimum":1,"maximum":10},"budget":{"$ref":"#/definitions/duration"}}},"providerName":{"pattern":"^[A-Za-z0-9_][A-Za-z0-9_.-]*$"},"provider":{"type":["object","null"],"additionalProperties":false,"properties":{"preset":{"type":"string"},"api":{"enum":["openai","anthropic","gemini"]},"baseUrl":{"type":"string"},"region":{"type":"string","pattern":"^[a-z0-9-]+$"},"project":{"type":"string","pattern":"^[a-z0-9:.-]+$"},"location":{"type":"string","pattern":"^[a-z0-9-]+$"},"credential":{"type":"string","pattern":"^(env:\\s*[A-Za-z_][A-Za-z0-9_]*\\s*|file:\\s*\\S.*|store:\\s*\\S.*|keychain:\\s*\\S.*|command:\\s*\\S[^]*|aws:[^]*|google:[^]*|passthrough|none)$"},"headers":{"type":["object","null"],"additionalProperties":{"type":"string"}},"timeouts":{"$ref":"#/definitions/timeouts"},"models":{"type":["array","null"],"items":{"type":"string","pattern":"\\S"}},"quirks":{"type":["object","null"],"additionalProperties":false,"properties":{"openaiFields":{"type":"boolean"},"maxTokensField":{"enum":["max_tokens","max_completion_tokens"]},"systemFirst":{"type":"boolean"},"streamOptions":{"type":"boolean"},"tools":{"type":"boolean"},"parallelToolCalls":{"type":"boolean"},"toolChoice":{"type":"boolean"},"toolIds":{"enum":["any","nine"]},"strictMessages":{"type":"boolean"},"resultNames":{"type":"boolean"},"signedCalls":{"type":"boolean"},"nullContent":{"type":"boolean"},"imageUrls":{"type":"boolean"},"fileParts":{"type":"boolean"},"cacheMarks":{"type":"boolean"},"topK":{"type":"boolean"},"seed":{"enum":["seed","random_seed","none"]},"penalties":{"type":"boolean"},"reasoningIn":{"enum":["effort","openrouter","deepseek","kwargs","none"]},"replayReasoning":{"enum":["content","details","none"]},"maxStop":{"type":"integer","minimum":0,"maximum":100},"user":{"enum":["safety_identifier","user","none"]},"schemas":{"type":"boolean"},"messagesAt":{"type":["string","null"],"pattern":"^/"},"responses":{"type":"boolean"},"thinkTags":{"type":"boolean"}}},"aliases":{"$ref":"#/definitions/aliases"},"limits":{"type":["object","null"],"additionalProperties":false,"properties":{"concurrent":{"type":"integer","minimum":0,"maximum":1000000},"queue":{"type":"integer","minimum":0,"maximum":1000000},"wait":{"$ref":"#/definitions/duration"}}}}},"aliases":{"type":["object","null"],"additionalProperties":{"$ref":"#/definitions/alias"}},"profile":{"type":["object","null"],"additionalProperties":{"$ref":"#/definitions/profileAlias"}},"profileAlias":{"if":{"not":{"type":"null"}},"then":{"$ref":"#/definitions/alias"}},"alias":{"type":["string","object"],"additionalProperties":false,"properties":{"target":{"type":"string"},"targets":{"type":"array","minItems":1,"items":{"type":["string","object"],"additionalProperties":false,"required":["model"],"properties":{"model":{"type":"string"},"weight":{"type":"number","minimum":0,"maximum":1000000},"set":{"$ref":"#/definitions/set"},"default":{"$ref":"#/definitions/default"},"remove":{"$ref":"#/definitions/remove"},"system":{"$ref":"#/definitions/system"},"prompt":{"$ref":"#/definitions/prompt"}}}},"set":{"$ref":"#/definitions/set"},"default":{"$ref":"#/definitions/default"},"remove":{"$ref":"#/definitions/remove"},"system":{"$ref":"#/definitions/system"},"prompt":{"$ref":"#/definitions/prompt"},"hidden":{"type":"boolean"},"disabled":{"type":"boolean"},"respondAs":{"$ref":"#/definitions/respondAs"},"fallback":{"$ref":"#/definitions/fallback"},"timeouts":{"$ref":"#/definitions/timeouts"},"sticky":{"type":"boolean"},"description":{"type":"string"}}},"set":{"type":["object","null"]},"default":{"type":["object","null"]},"remove":{"type":["array","null"],"items":{"type":"string","pattern":"\\S"}},"system":{"type":["string","null"]},"prompt":{"type":["object","null"],"additionalProperties":false,"properties":{"prepend":{"$ref":"#/definitions/messages"},"append":{"$ref":"#/definitions/messages"}}},"messages":{"type":["array","null"],"items":{"type":"object","additionalProperties":false,"required":["role","content"],"properties":{"role":{"type":"string","enum":["system","developer","user","assistant"]},"content":{"type":"string"}}}}}};
const schema12 = {"enum":["upstream","alias"]};
const schema14 = {"type":["string","integer"],"pattern":"^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$","minimum":0,"maximum":0};
const schema16 = {"pattern":"^[A-Za-z0-9_][A-Za-z0-9_.-]*$"};
const schema40 = {"type":["object","null"],"additionalProperties":false,"properties":{"maxOutput":{"type":"integer","minimum":1},"sampling":{"enum":["free","one","fixed"]},"thinking":{"enum":["none","budget","adaptive","effort","level"]},"thinkingOff":{"type":"boolean"},"budget":{"type":"array","items":{"type":"integer","minimum":0},"minItems":2,"maxItems":2},"efforts":{"type":"array","items":{"enum":["minimal","low","medium","high","xhigh","max"]}},"prefill":{"type":"boolean"},"schema":{"type":"boolean"},"systemAnywhere":{"type":"boolean"},"stop":{"type":"boolean"},"toolsNeedResponses":{"type":"boolean"},"reasoningHidden":{"type":"boolean"},"signedCalls":{"type":"boolean"},"tokenFactor":{"type":"number","exclusiveMinimum":0}}};
const schema41 = {"type":["string","integer"],"pattern":"^\\d{1,12}(\\.\\d{1,3})?(B|KiB|MiB|GiB|KB|MB|GB)$","minimum":1,"maximum":9007199254740991};
const func2 = Object.prototype.hasOwnProperty;
const pattern0 = new RegExp("^(\\[[0-9A-Fa-f:.%\\w]+\\]:|[^\\s:/@\\[\\]]+:)?\\d{1,5}$", "u");
const pattern1 = new RegExp("^(\\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]+\\]?|[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\\.?)$", "u");
const pattern2 = new RegExp("^[a-z][a-z0-9+.-]*://[^\\s/?#@]+$", "u");
const pattern4 = new RegExp("^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$", "u");
const pattern6 = new RegExp("^[A-Za-z0-9_][A-Za-z0-9_.-]*$", "u");
const pattern20 = new RegExp("^[^\\s-]\\S*$", "u");
const pattern21 = new RegExp("^\\S+$", "u");
const pattern22 = new RegExp("^\\d{1,12}(\\.\\d{1,3})?(B|KiB|MiB|GiB|KB|MB|GB)$", "u");
const pattern28 = new RegExp("^auto$", "u");
const schema13 = {"type":["object","null"],"additionalProperties":false,"properties":{"on":{"type":"array","items":{"type":["string","integer"],"pattern":"^(connect|timeout|broken|empty|error|5xx)$","minimum":401,"maximum":599,"not":{"enum":[413,422]}}},"attempts":{"type":"integer","minimum":1,"maximum":10},"budget":{"$ref":"#/definitions/duration"}}};
const pattern3 = new RegExp("^(connect|timeout|broken|empty|error|5xx)$", "u");

function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if((!(data && typeof data == "object" && !Array.isArray(data))) && (data !== null)){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema13.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((key0 === "on") || (key0 === "attempts")) || (key0 === "budget"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.on !== undefined){
let data0 = data.on;
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
if((typeof data1 !== "string") && (!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1))))){
const err2 = {instancePath:instancePath+"/on/" + i0,schemaPath:"#/properties/on/items/type",keyword:"type",params:{type: schema13.properties.on.items.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
const _errs6 = errors;
const _errs7 = errors;
if(!((data1 === 413) || (data1 === 422))){
const err3 = {};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var valid3 = _errs7 === errors;
if(valid3){
const err4 = {instancePath:instancePath+"/on/" + i0,schemaPath:"#/properties/on/items/not",keyword:"not",params:{},message:"must NOT be valid"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
else {
errors = _errs6;
if(vErrors !== null){
if(_errs6){
vErrors.length = _errs6;
}
else {
vErrors = null;
}
}
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 599 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/on/" + i0,schemaPath:"#/properties/on/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 599},message:"must be <= 599"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data1 < 401 || isNaN(data1)){
const err6 = {instancePath:instancePath+"/on/" + i0,schemaPath:"#/properties/on/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 401},message:"must be >= 401"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(typeof data1 === "string"){
if(!pattern3.test(data1)){
const err7 = {instancePath:instancePath+"/on/" + i0,schemaPath:"#/properties/on/items/pattern",keyword:"pattern",params:{pattern: "^(connect|timeout|broken|empty|error|5xx)$"},message:"must match pattern \""+"^(connect|timeout|broken|empty|error|5xx)$"+"\""};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
}
else {
const err8 = {instancePath:instancePath+"/on",schemaPath:"#/properties/on/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.attempts !== undefined){
let data2 = data.attempts;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err9 = {instancePath:instancePath+"/attempts",schemaPath:"#/properties/attempts/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 10 || isNaN(data2)){
const err10 = {instancePath:instancePath+"/attempts",schemaPath:"#/properties/attempts/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10},message:"must be <= 10"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data2 < 1 || isNaN(data2)){
const err11 = {instancePath:instancePath+"/attempts",schemaPath:"#/properties/attempts/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
if(data.budget !== undefined){
let data3 = data.budget;
if((typeof data3 !== "string") && (!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3))))){
const err12 = {instancePath:instancePath+"/budget",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: schema14.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 0 || isNaN(data3)){
const err13 = {instancePath:instancePath+"/budget",schemaPath:"#/definitions/duration/maximum",keyword:"maximum",params:{comparison: "<=", limit: 0},message:"must be <= 0"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(data3 < 0 || isNaN(data3)){
const err14 = {instancePath:instancePath+"/budget",schemaPath:"#/definitions/duration/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(typeof data3 === "string"){
if(!pattern4.test(data3)){
const err15 = {instancePath:instancePath+"/budget",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"},message:"must match pattern \""+"^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"+"\""};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
}
validate11.errors = vErrors;
return errors === 0;
}

const schema17 = {"type":["object","null"],"additionalProperties":false,"properties":{"preset":{"type":"string"},"api":{"enum":["openai","anthropic","gemini"]},"baseUrl":{"type":"string"},"region":{"type":"string","pattern":"^[a-z0-9-]+$"},"project":{"type":"string","pattern":"^[a-z0-9:.-]+$"},"location":{"type":"string","pattern":"^[a-z0-9-]+$"},"credential":{"type":"string","pattern":"^(env:\\s*[A-Za-z_][A-Za-z0-9_]*\\s*|file:\\s*\\S.*|store:\\s*\\S.*|keychain:\\s*\\S.*|command:\\s*\\S[^]*|aws:[^]*|google:[^]*|passthrough|none)$"},"headers":{"type":["object","null"],"additionalProperties":{"type":"string"}},"timeouts":{"$ref":"#/definitions/timeouts"},"models":{"type":["array","null"],"items":{"type":"string","pattern":"\\S"}},"quirks":{"type":["object","null"],"additionalProperties":false,"properties":{"openaiFields":{"type":"boolean"},"maxTokensField":{"enum":["max_tokens","max_completion_tokens"]},"systemFirst":{"type":"boolean"},"streamOptions":{"type":"boolean"},"tools":{"type":"boolean"},"parallelToolCalls":{"type":"boolean"},"toolChoice":{"type":"boolean"},"toolIds":{"enum":["any","nine"]},"strictMessages":{"type":"boolean"},"resultNames":{"type":"boolean"},"signedCalls":{"type":"boolean"},"nullContent":{"type":"boolean"},"imageUrls":{"type":"boolean"},"fileParts":{"type":"boolean"},"cacheMarks":{"type":"boolean"},"topK":{"type":"boolean"},"seed":{"enum":["seed","random_seed","none"]},"penalties":{"type":"boolean"},"reasoningIn":{"enum":["effort","openrouter","deepseek","kwargs","none"]},"replayReasoning":{"enum":["content","details","none"]},"maxStop":{"type":"integer","minimum":0,"maximum":100},"user":{"enum":["safety_identifier","user","none"]},"schemas":{"type":"boolean"},"messagesAt":{"type":["string","null"],"pattern":"^/"},"responses":{"type":"boolean"},"thinkTags":{"type":"boolean"}}},"aliases":{"$ref":"#/definitions/aliases"},"limits":{"type":["object","null"],"additionalProperties":false,"properties":{"concurrent":{"type":"integer","minimum":0,"maximum":1000000},"queue":{"type":"integer","minimum":0,"maximum":1000000},"wait":{"$ref":"#/definitions/duration"}}}}};
const pattern7 = new RegExp("^[a-z0-9-]+$", "u");
const pattern8 = new RegExp("^[a-z0-9:.-]+$", "u");
const pattern10 = new RegExp("^(env:\\s*[A-Za-z_][A-Za-z0-9_]*\\s*|file:\\s*\\S.*|store:\\s*\\S.*|keychain:\\s*\\S.*|command:\\s*\\S[^]*|aws:[^]*|google:[^]*|passthrough|none)$", "u");
const pattern15 = new RegExp("\\S", "u");
const pattern16 = new RegExp("^/", "u");
const schema18 = {"type":["object","null"],"additionalProperties":false,"properties":{"connect":{"$ref":"#/definitions/duration"},"firstByte":{"$ref":"#/definitions/duration"},"idle":{"$ref":"#/definitions/duration"},"total":{"$ref":"#/definitions/duration"}}};

function validate14(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if((!(data && typeof data == "object" && !Array.isArray(data))) && (data !== null)){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema18.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((key0 === "connect") || (key0 === "firstByte")) || (key0 === "idle")) || (key0 === "total"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.connect !== undefined){
let data0 = data.connect;
if((typeof data0 !== "string") && (!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0))))){
const err2 = {instancePath:instancePath+"/connect",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: schema14.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 0 || isNaN(data0)){
const err3 = {instancePath:instancePath+"/connect",schemaPath:"#/definitions/duration/maximum",keyword:"maximum",params:{comparison: "<=", limit: 0},message:"must be <= 0"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err4 = {instancePath:instancePath+"/connect",schemaPath:"#/definitions/duration/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(typeof data0 === "string"){
if(!pattern4.test(data0)){
const err5 = {instancePath:instancePath+"/connect",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"},message:"must match pattern \""+"^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"+"\""};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
if(data.firstByte !== undefined){
let data1 = data.firstByte;
if((typeof data1 !== "string") && (!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1))))){
const err6 = {instancePath:instancePath+"/firstByte",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: schema14.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 0 || isNaN(data1)){
const err7 = {instancePath:instancePath+"/firstByte",schemaPath:"#/definitions/duration/maximum",keyword:"maximum",params:{comparison: "<=", limit: 0},message:"must be <= 0"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err8 = {instancePath:instancePath+"/firstByte",schemaPath:"#/definitions/duration/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(typeof data1 === "string"){
if(!pattern4.test(data1)){
const err9 = {instancePath:instancePath+"/firstByte",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"},message:"must match pattern \""+"^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"+"\""};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
if(data.idle !== undefined){
let data2 = data.idle;
if((typeof data2 !== "string") && (!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2))))){
const err10 = {instancePath:instancePath+"/idle",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: schema14.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 0 || isNaN(data2)){
const err11 = {instancePath:instancePath+"/idle",schemaPath:"#/definitions/duration/maximum",keyword:"maximum",params:{comparison: "<=", limit: 0},message:"must be <= 0"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data2 < 0 || isNaN(data2)){
const err12 = {instancePath:instancePath+"/idle",schemaPath:"#/definitions/duration/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(typeof data2 === "string"){
if(!pattern4.test(data2)){
const err13 = {instancePath:instancePath+"/idle",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"},message:"must match pattern \""+"^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"+"\""};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
if(data.total !== undefined){
let data3 = data.total;
if((typeof data3 !== "string") && (!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3))))){
const err14 = {instancePath:instancePath+"/total",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: schema14.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 0 || isNaN(data3)){
const err15 = {instancePath:instancePath+"/total",schemaPath:"#/definitions/duration/maximum",keyword:"maximum",params:{comparison: "<=", limit: 0},message:"must be <= 0"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data3 < 0 || isNaN(data3)){
const err16 = {instancePath:instancePath+"/total",schemaPath:"#/definitions/duration/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(typeof data3 === "string"){
if(!pattern4.test(data3)){
const err17 = {instancePath:instancePath+"/total",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"},message:"must match pattern \""+"^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"+"\""};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
}
validate14.errors = vErrors;
return errors === 0;
}

const schema23 = {"type":["object","null"],"additionalProperties":{"$ref":"#/definitions/alias"}};
const schema24 = {"type":["string","object"],"additionalProperties":false,"properties":{"target":{"type":"string"},"targets":{"type":"array","minItems":1,"items":{"type":["string","object"],"additionalProperties":false,"required":["model"],"properties":{"model":{"type":"string"},"weight":{"type":"number","minimum":0,"maximum":1000000},"set":{"$ref":"#/definitions/set"},"default":{"$ref":"#/definitions/default"},"remove":{"$ref":"#/definitions/remove"},"system":{"$ref":"#/definitions/system"},"prompt":{"$ref":"#/definitions/prompt"}}}},"set":{"$ref":"#/definitions/set"},"default":{"$ref":"#/definitions/default"},"remove":{"$ref":"#/definitions/remove"},"system":{"$ref":"#/definitions/system"},"prompt":{"$ref":"#/definitions/prompt"},"hidden":{"type":"boolean"},"disabled":{"type":"boolean"},"respondAs":{"$ref":"#/definitions/respondAs"},"fallback":{"$ref":"#/definitions/fallback"},"timeouts":{"$ref":"#/definitions/timeouts"},"sticky":{"type":"boolean"},"description":{"type":"string"}}};
const schema25 = {"type":["object","null"]};
const schema26 = {"type":["object","null"]};
const schema27 = {"type":["array","null"],"items":{"type":"string","pattern":"\\S"}};
const schema28 = {"type":["string","null"]};
const schema29 = {"type":["object","null"],"additionalProperties":false,"properties":{"prepend":{"$ref":"#/definitions/messages"},"append":{"$ref":"#/definitions/messages"}}};
const schema30 = {"type":["array","null"],"items":{"type":"object","additionalProperties":false,"required":["role","content"],"properties":{"role":{"type":"string","enum":["system","developer","user","assistant"]},"content":{"type":"string"}}}};

function validate18(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if((!(data && typeof data == "object" && !Array.isArray(data))) && (data !== null)){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema29.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((key0 === "prepend") || (key0 === "append"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.prepend !== undefined){
let data0 = data.prepend;
if((!(Array.isArray(data0))) && (data0 !== null)){
const err2 = {instancePath:instancePath+"/prepend",schemaPath:"#/definitions/messages/type",keyword:"type",params:{type: schema30.type},message:"must be array,null"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
if(data1.role === undefined){
const err3 = {instancePath:instancePath+"/prepend/" + i0,schemaPath:"#/definitions/messages/items/required",keyword:"required",params:{missingProperty: "role"},message:"must have required property '"+"role"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data1.content === undefined){
const err4 = {instancePath:instancePath+"/prepend/" + i0,schemaPath:"#/definitions/messages/items/required",keyword:"required",params:{missingProperty: "content"},message:"must have required property '"+"content"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
for(const key1 in data1){
if(!((key1 === "role") || (key1 === "content"))){
const err5 = {instancePath:instancePath+"/prepend/" + i0,schemaPath:"#/definitions/messages/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data1.role !== undefined){
let data2 = data1.role;
if(typeof data2 !== "string"){
const err6 = {instancePath:instancePath+"/prepend/" + i0+"/role",schemaPath:"#/definitions/messages/items/properties/role/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(!((((data2 === "system") || (data2 === "developer")) || (data2 === "user")) || (data2 === "assistant"))){
const err7 = {instancePath:instancePath+"/prepend/" + i0+"/role",schemaPath:"#/definitions/messages/items/properties/role/enum",keyword:"enum",params:{allowedValues: schema30.items.properties.role.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data1.content !== undefined){
if(typeof data1.content !== "string"){
const err8 = {instancePath:instancePath+"/prepend/" + i0+"/content",schemaPath:"#/definitions/messages/items/properties/content/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/prepend/" + i0,schemaPath:"#/definitions/messages/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
}
if(data.append !== undefined){
let data4 = data.append;
if((!(Array.isArray(data4))) && (data4 !== null)){
const err10 = {instancePath:instancePath+"/append",schemaPath:"#/definitions/messages/type",keyword:"type",params:{type: schema30.type},message:"must be array,null"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(Array.isArray(data4)){
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
let data5 = data4[i1];
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(data5.role === undefined){
const err11 = {instancePath:instancePath+"/append/" + i1,schemaPath:"#/definitions/messages/items/required",keyword:"required",params:{missingProperty: "role"},message:"must have required property '"+"role"+"'"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data5.content === undefined){
const err12 = {instancePath:instancePath+"/append/" + i1,schemaPath:"#/definitions/messages/items/required",keyword:"required",params:{missingProperty: "content"},message:"must have required property '"+"content"+"'"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
for(const key2 in data5){
if(!((key2 === "role") || (key2 === "content"))){
const err13 = {instancePath:instancePath+"/append/" + i1,schemaPath:"#/definitions/messages/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data5.role !== undefined){
let data6 = data5.role;
if(typeof data6 !== "string"){
const err14 = {instancePath:instancePath+"/append/" + i1+"/role",schemaPath:"#/definitions/messages/items/properties/role/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(!((((data6 === "system") || (data6 === "developer")) || (data6 === "user")) || (data6 === "assistant"))){
const err15 = {instancePath:instancePath+"/append/" + i1+"/role",schemaPath:"#/definitions/messages/items/properties/role/enum",keyword:"enum",params:{allowedValues: schema30.items.properties.role.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data5.content !== undefined){
if(typeof data5.content !== "string"){
const err16 = {instancePath:instancePath+"/append/" + i1+"/content",schemaPath:"#/definitions/messages/items/properties/content/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath:instancePath+"/append/" + i1,schemaPath:"#/definitions/messages/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
}
}
validate18.errors = vErrors;
return errors === 0;
}


function validate17(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if((typeof data !== "string") && (!(data && typeof data == "object" && !Array.isArray(data)))){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema24.type},message:"must be string,object"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema24.properties, key0))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.target !== undefined){
if(typeof data.target !== "string"){
const err2 = {instancePath:instancePath+"/target",schemaPath:"#/properties/target/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.targets !== undefined){
let data1 = data.targets;
if(Array.isArray(data1)){
if(data1.length < 1){
const err3 = {instancePath:instancePath+"/targets",schemaPath:"#/properties/targets/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if((typeof data2 !== "string") && (!(data2 && typeof data2 == "object" && !Array.isArray(data2)))){
const err4 = {instancePath:instancePath+"/targets/" + i0,schemaPath:"#/properties/targets/items/type",keyword:"type",params:{type: schema24.properties.targets.items.type},message:"must be string,object"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(data2.model === undefined){
const err5 = {instancePath:instancePath+"/targets/" + i0,schemaPath:"#/properties/targets/items/required",keyword:"required",params:{missingProperty: "model"},message:"must have required property '"+"model"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
for(const key1 in data2){
if(!(((((((key1 === "model") || (key1 === "weight")) || (key1 === "set")) || (key1 === "default")) || (key1 === "remove")) || (key1 === "system")) || (key1 === "prompt"))){
const err6 = {instancePath:instancePath+"/targets/" + i0,schemaPath:"#/properties/targets/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data2.model !== undefined){
if(typeof data2.model !== "string"){
const err7 = {instancePath:instancePath+"/targets/" + i0+"/model",schemaPath:"#/properties/targets/items/properties/model/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data2.weight !== undefined){
let data4 = data2.weight;
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 1000000 || isNaN(data4)){
const err8 = {instancePath:instancePath+"/targets/" + i0+"/weight",schemaPath:"#/properties/targets/items/properties/weight/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data4 < 0 || isNaN(data4)){
const err9 = {instancePath:instancePath+"/targets/" + i0+"/weight",schemaPath:"#/properties/targets/items/properties/weight/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/targets/" + i0+"/weight",schemaPath:"#/properties/targets/items/properties/weight/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data2.set !== undefined){
let data5 = data2.set;
if((!(data5 && typeof data5 == "object" && !Array.isArray(data5))) && (data5 !== null)){
const err11 = {instancePath:instancePath+"/targets/" + i0+"/set",schemaPath:"#/definitions/set/type",keyword:"type",params:{type: schema25.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data2.default !== undefined){
let data6 = data2.default;
if((!(data6 && typeof data6 == "object" && !Array.isArray(data6))) && (data6 !== null)){
const err12 = {instancePath:instancePath+"/targets/" + i0+"/default",schemaPath:"#/definitions/default/type",keyword:"type",params:{type: schema26.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data2.remove !== undefined){
let data7 = data2.remove;
if((!(Array.isArray(data7))) && (data7 !== null)){
const err13 = {instancePath:instancePath+"/targets/" + i0+"/remove",schemaPath:"#/definitions/remove/type",keyword:"type",params:{type: schema27.type},message:"must be array,null"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(Array.isArray(data7)){
const len1 = data7.length;
for(let i1=0; i1<len1; i1++){
let data8 = data7[i1];
if(typeof data8 === "string"){
if(!pattern15.test(data8)){
const err14 = {instancePath:instancePath+"/targets/" + i0+"/remove/" + i1,schemaPath:"#/definitions/remove/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/targets/" + i0+"/remove/" + i1,schemaPath:"#/definitions/remove/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
}
if(data2.system !== undefined){
let data9 = data2.system;
if((typeof data9 !== "string") && (data9 !== null)){
const err16 = {instancePath:instancePath+"/targets/" + i0+"/system",schemaPath:"#/definitions/system/type",keyword:"type",params:{type: schema28.type},message:"must be string,null"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data2.prompt !== undefined){
if(!(validate18(data2.prompt, {instancePath:instancePath+"/targets/" + i0+"/prompt",parentData:data2,parentDataProperty:"prompt",rootData}))){
vErrors = vErrors === null ? validate18.errors : vErrors.concat(validate18.errors);
errors = vErrors.length;
}
}
}
}
}
else {
const err17 = {instancePath:instancePath+"/targets",schemaPath:"#/properties/targets/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.set !== undefined){
let data11 = data.set;
if((!(data11 && typeof data11 == "object" && !Array.isArray(data11))) && (data11 !== null)){
const err18 = {instancePath:instancePath+"/set",schemaPath:"#/definitions/set/type",keyword:"type",params:{type: schema25.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.default !== undefined){
let data12 = data.default;
if((!(data12 && typeof data12 == "object" && !Array.isArray(data12))) && (data12 !== null)){
const err19 = {instancePath:instancePath+"/default",schemaPath:"#/definitions/default/type",keyword:"type",params:{type: schema26.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.remove !== undefined){
let data13 = data.remove;
if((!(Array.isArray(data13))) && (data13 !== null)){
const err20 = {instancePath:instancePath+"/remove",schemaPath:"#/definitions/remove/type",keyword:"type",params:{type: schema27.type},message:"must be array,null"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(Array.isArray(data13)){
const len2 = data13.length;
for(let i2=0; i2<len2; i2++){
let data14 = data13[i2];
if(typeof data14 === "string"){
if(!pattern15.test(data14)){
const err21 = {instancePath:instancePath+"/remove/" + i2,schemaPath:"#/definitions/remove/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
else {
const err22 = {instancePath:instancePath+"/remove/" + i2,schemaPath:"#/definitions/remove/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
}
if(data.system !== undefined){
let data15 = data.system;
if((typeof data15 !== "string") && (data15 !== null)){
const err23 = {instancePath:instancePath+"/system",schemaPath:"#/definitions/system/type",keyword:"type",params:{type: schema28.type},message:"must be string,null"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.prompt !== undefined){
if(!(validate18(data.prompt, {instancePath:instancePath+"/prompt",parentData:data,parentDataProperty:"prompt",rootData}))){
vErrors = vErrors === null ? validate18.errors : vErrors.concat(validate18.errors);
errors = vErrors.length;
}
}
if(data.hidden !== undefined){
if(typeof data.hidden !== "boolean"){
const err24 = {instancePath:instancePath+"/hidden",schemaPath:"#/properties/hidden/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.disabled !== undefined){
if(typeof data.disabled !== "boolean"){
const err25 = {instancePath:instancePath+"/disabled",schemaPath:"#/properties/disabled/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data.respondAs !== undefined){
let data19 = data.respondAs;
if(!((data19 === "upstream") || (data19 === "alias"))){
const err26 = {instancePath:instancePath+"/respondAs",schemaPath:"#/definitions/respondAs/enum",keyword:"enum",params:{allowedValues: schema12.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data.fallback !== undefined){
if(!(validate11(data.fallback, {instancePath:instancePath+"/fallback",parentData:data,parentDataProperty:"fallback",rootData}))){
vErrors = vErrors === null ? validate11.errors : vErrors.concat(validate11.errors);
errors = vErrors.length;
}
}
if(data.timeouts !== undefined){
if(!(validate14(data.timeouts, {instancePath:instancePath+"/timeouts",parentData:data,parentDataProperty:"timeouts",rootData}))){
vErrors = vErrors === null ? validate14.errors : vErrors.concat(validate14.errors);
errors = vErrors.length;
}
}
if(data.sticky !== undefined){
if(typeof data.sticky !== "boolean"){
const err27 = {instancePath:instancePath+"/sticky",schemaPath:"#/properties/sticky/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data.description !== undefined){
if(typeof data.description !== "string"){
const err28 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
validate17.errors = vErrors;
return errors === 0;
}


function validate16(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if((!(data && typeof data == "object" && !Array.isArray(data))) && (data !== null)){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema23.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(validate17(data[key0], {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data,parentDataProperty:key0,rootData}))){
vErrors = vErrors === null ? validate17.errors : vErrors.concat(validate17.errors);
errors = vErrors.length;
}
}
}
validate16.errors = vErrors;
return errors === 0;
}


function validate13(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if((!(data && typeof data == "object" && !Array.isArray(data))) && (data !== null)){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema17.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema17.properties, key0))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.preset !== undefined){
if(typeof data.preset !== "string"){
const err2 = {instancePath:instancePath+"/preset",schemaPath:"#/properties/preset/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.api !== undefined){
let data1 = data.api;
if(!(((data1 === "openai") || (data1 === "anthropic")) || (data1 === "gemini"))){
const err3 = {instancePath:instancePath+"/api",schemaPath:"#/properties/api/enum",keyword:"enum",params:{allowedValues: schema17.properties.api.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.baseUrl !== undefined){
if(typeof data.baseUrl !== "string"){
const err4 = {instancePath:instancePath+"/baseUrl",schemaPath:"#/properties/baseUrl/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.region !== undefined){
let data3 = data.region;
if(typeof data3 === "string"){
if(!pattern7.test(data3)){
const err5 = {instancePath:instancePath+"/region",schemaPath:"#/properties/region/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9-]+$"},message:"must match pattern \""+"^[a-z0-9-]+$"+"\""};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/region",schemaPath:"#/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.project !== undefined){
let data4 = data.project;
if(typeof data4 === "string"){
if(!pattern8.test(data4)){
const err7 = {instancePath:instancePath+"/project",schemaPath:"#/properties/project/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9:.-]+$"},message:"must match pattern \""+"^[a-z0-9:.-]+$"+"\""};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/project",schemaPath:"#/properties/project/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.location !== undefined){
let data5 = data.location;
if(typeof data5 === "string"){
if(!pattern7.test(data5)){
const err9 = {instancePath:instancePath+"/location",schemaPath:"#/properties/location/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9-]+$"},message:"must match pattern \""+"^[a-z0-9-]+$"+"\""};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/location",schemaPath:"#/properties/location/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.credential !== undefined){
let data6 = data.credential;
if(typeof data6 === "string"){
if(!pattern10.test(data6)){
const err11 = {instancePath:instancePath+"/credential",schemaPath:"#/properties/credential/pattern",keyword:"pattern",params:{pattern: "^(env:\\s*[A-Za-z_][A-Za-z0-9_]*\\s*|file:\\s*\\S.*|store:\\s*\\S.*|keychain:\\s*\\S.*|command:\\s*\\S[^]*|aws:[^]*|google:[^]*|passthrough|none)$"},message:"must match pattern \""+"^(env:\\s*[A-Za-z_][A-Za-z0-9_]*\\s*|file:\\s*\\S.*|store:\\s*\\S.*|keychain:\\s*\\S.*|command:\\s*\\S[^]*|aws:[^]*|google:[^]*|passthrough|none)$"+"\""};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/credential",schemaPath:"#/properties/credential/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.headers !== undefined){
let data7 = data.headers;
if((!(data7 && typeof data7 == "object" && !Array.isArray(data7))) && (data7 !== null)){
const err13 = {instancePath:instancePath+"/headers",schemaPath:"#/properties/headers/type",keyword:"type",params:{type: schema17.properties.headers.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key1 in data7){
if(typeof data7[key1] !== "string"){
const err14 = {instancePath:instancePath+"/headers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/headers/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
}
if(data.timeouts !== undefined){
if(!(validate14(data.timeouts, {instancePath:instancePath+"/timeouts",parentData:data,parentDataProperty:"timeouts",rootData}))){
vErrors = vErrors === null ? validate14.errors : vErrors.concat(validate14.errors);
errors = vErrors.length;
}
}
if(data.models !== undefined){
let data10 = data.models;
if((!(Array.isArray(data10))) && (data10 !== null)){
const err15 = {instancePath:instancePath+"/models",schemaPath:"#/properties/models/type",keyword:"type",params:{type: schema17.properties.models.type},message:"must be array,null"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(Array.isArray(data10)){
const len0 = data10.length;
for(let i0=0; i0<len0; i0++){
let data11 = data10[i0];
if(typeof data11 === "string"){
if(!pattern15.test(data11)){
const err16 = {instancePath:instancePath+"/models/" + i0,schemaPath:"#/properties/models/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/models/" + i0,schemaPath:"#/properties/models/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
}
if(data.quirks !== undefined){
let data12 = data.quirks;
if((!(data12 && typeof data12 == "object" && !Array.isArray(data12))) && (data12 !== null)){
const err18 = {instancePath:instancePath+"/quirks",schemaPath:"#/properties/quirks/type",keyword:"type",params:{type: schema17.properties.quirks.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
for(const key2 in data12){
if(!(func2.call(schema17.properties.quirks.properties, key2))){
const err19 = {instancePath:instancePath+"/quirks",schemaPath:"#/properties/quirks/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data12.openaiFields !== undefined){
if(typeof data12.openaiFields !== "boolean"){
const err20 = {instancePath:instancePath+"/quirks/openaiFields",schemaPath:"#/properties/quirks/properties/openaiFields/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data12.maxTokensField !== undefined){
let data14 = data12.maxTokensField;
if(!((data14 === "max_tokens") || (data14 === "max_completion_tokens"))){
const err21 = {instancePath:instancePath+"/quirks/maxTokensField",schemaPath:"#/properties/quirks/properties/maxTokensField/enum",keyword:"enum",params:{allowedValues: schema17.properties.quirks.properties.maxTokensField.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data12.systemFirst !== undefined){
if(typeof data12.systemFirst !== "boolean"){
const err22 = {instancePath:instancePath+"/quirks/systemFirst",schemaPath:"#/properties/quirks/properties/systemFirst/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data12.streamOptions !== undefined){
if(typeof data12.streamOptions !== "boolean"){
const err23 = {instancePath:instancePath+"/quirks/streamOptions",schemaPath:"#/properties/quirks/properties/streamOptions/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data12.tools !== undefined){
if(typeof data12.tools !== "boolean"){
const err24 = {instancePath:instancePath+"/quirks/tools",schemaPath:"#/properties/quirks/properties/tools/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data12.parallelToolCalls !== undefined){
if(typeof data12.parallelToolCalls !== "boolean"){
const err25 = {instancePath:instancePath+"/quirks/parallelToolCalls",schemaPath:"#/properties/quirks/properties/parallelToolCalls/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data12.toolChoice !== undefined){
if(typeof data12.toolChoice !== "boolean"){
const err26 = {instancePath:instancePath+"/quirks/toolChoice",schemaPath:"#/properties/quirks/properties/toolChoice/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data12.toolIds !== undefined){
let data20 = data12.toolIds;
if(!((data20 === "any") || (data20 === "nine"))){
const err27 = {instancePath:instancePath+"/quirks/toolIds",schemaPath:"#/properties/quirks/properties/toolIds/enum",keyword:"enum",params:{allowedValues: schema17.properties.quirks.properties.toolIds.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data12.strictMessages !== undefined){
if(typeof data12.strictMessages !== "boolean"){
const err28 = {instancePath:instancePath+"/quirks/strictMessages",schemaPath:"#/properties/quirks/properties/strictMessages/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data12.resultNames !== undefined){
if(typeof data12.resultNames !== "boolean"){
const err29 = {instancePath:instancePath+"/quirks/resultNames",schemaPath:"#/properties/quirks/properties/resultNames/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data12.signedCalls !== undefined){
if(typeof data12.signedCalls !== "boolean"){
const err30 = {instancePath:instancePath+"/quirks/signedCalls",schemaPath:"#/properties/quirks/properties/signedCalls/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data12.nullContent !== undefined){
if(typeof data12.nullContent !== "boolean"){
const err31 = {instancePath:instancePath+"/quirks/nullContent",schemaPath:"#/properties/quirks/properties/nullContent/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data12.imageUrls !== undefined){
if(typeof data12.imageUrls !== "boolean"){
const err32 = {instancePath:instancePath+"/quirks/imageUrls",schemaPath:"#/properties/quirks/properties/imageUrls/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data12.fileParts !== undefined){
if(typeof data12.fileParts !== "boolean"){
const err33 = {instancePath:instancePath+"/quirks/fileParts",schemaPath:"#/properties/quirks/properties/fileParts/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data12.cacheMarks !== undefined){
if(typeof data12.cacheMarks !== "boolean"){
const err34 = {instancePath:instancePath+"/quirks/cacheMarks",schemaPath:"#/properties/quirks/properties/cacheMarks/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data12.topK !== undefined){
if(typeof data12.topK !== "boolean"){
const err35 = {instancePath:instancePath+"/quirks/topK",schemaPath:"#/properties/quirks/properties/topK/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data12.seed !== undefined){
let data29 = data12.seed;
if(!(((data29 === "seed") || (data29 === "random_seed")) || (data29 === "none"))){
const err36 = {instancePath:instancePath+"/quirks/seed",schemaPath:"#/properties/quirks/properties/seed/enum",keyword:"enum",params:{allowedValues: schema17.properties.quirks.properties.seed.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data12.penalties !== undefined){
if(typeof data12.penalties !== "boolean"){
const err37 = {instancePath:instancePath+"/quirks/penalties",schemaPath:"#/properties/quirks/properties/penalties/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data12.reasoningIn !== undefined){
let data31 = data12.reasoningIn;
if(!(((((data31 === "effort") || (data31 === "openrouter")) || (data31 === "deepseek")) || (data31 === "kwargs")) || (data31 === "none"))){
const err38 = {instancePath:instancePath+"/quirks/reasoningIn",schemaPath:"#/properties/quirks/properties/reasoningIn/enum",keyword:"enum",params:{allowedValues: schema17.properties.quirks.properties.reasoningIn.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data12.replayReasoning !== undefined){
let data32 = data12.replayReasoning;
if(!(((data32 === "content") || (data32 === "details")) || (data32 === "none"))){
const err39 = {instancePath:instancePath+"/quirks/replayReasoning",schemaPath:"#/properties/quirks/properties/replayReasoning/enum",keyword:"enum",params:{allowedValues: schema17.properties.quirks.properties.replayReasoning.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data12.maxStop !== undefined){
let data33 = data12.maxStop;
if(!(((typeof data33 == "number") && (!(data33 % 1) && !isNaN(data33))) && (isFinite(data33)))){
const err40 = {instancePath:instancePath+"/quirks/maxStop",schemaPath:"#/properties/quirks/properties/maxStop/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if((typeof data33 == "number") && (isFinite(data33))){
if(data33 > 100 || isNaN(data33)){
const err41 = {instancePath:instancePath+"/quirks/maxStop",schemaPath:"#/properties/quirks/properties/maxStop/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(data33 < 0 || isNaN(data33)){
const err42 = {instancePath:instancePath+"/quirks/maxStop",schemaPath:"#/properties/quirks/properties/maxStop/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
}
if(data12.user !== undefined){
let data34 = data12.user;
if(!(((data34 === "safety_identifier") || (data34 === "user")) || (data34 === "none"))){
const err43 = {instancePath:instancePath+"/quirks/user",schemaPath:"#/properties/quirks/properties/user/enum",keyword:"enum",params:{allowedValues: schema17.properties.quirks.properties.user.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data12.schemas !== undefined){
if(typeof data12.schemas !== "boolean"){
const err44 = {instancePath:instancePath+"/quirks/schemas",schemaPath:"#/properties/quirks/properties/schemas/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data12.messagesAt !== undefined){
let data36 = data12.messagesAt;
if((typeof data36 !== "string") && (data36 !== null)){
const err45 = {instancePath:instancePath+"/quirks/messagesAt",schemaPath:"#/properties/quirks/properties/messagesAt/type",keyword:"type",params:{type: schema17.properties.quirks.properties.messagesAt.type},message:"must be string,null"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
if(typeof data36 === "string"){
if(!pattern16.test(data36)){
const err46 = {instancePath:instancePath+"/quirks/messagesAt",schemaPath:"#/properties/quirks/properties/messagesAt/pattern",keyword:"pattern",params:{pattern: "^/"},message:"must match pattern \""+"^/"+"\""};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
}
if(data12.responses !== undefined){
if(typeof data12.responses !== "boolean"){
const err47 = {instancePath:instancePath+"/quirks/responses",schemaPath:"#/properties/quirks/properties/responses/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
if(data12.thinkTags !== undefined){
if(typeof data12.thinkTags !== "boolean"){
const err48 = {instancePath:instancePath+"/quirks/thinkTags",schemaPath:"#/properties/quirks/properties/thinkTags/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
}
}
if(data.aliases !== undefined){
if(!(validate16(data.aliases, {instancePath:instancePath+"/aliases",parentData:data,parentDataProperty:"aliases",rootData}))){
vErrors = vErrors === null ? validate16.errors : vErrors.concat(validate16.errors);
errors = vErrors.length;
}
}
if(data.limits !== undefined){
let data40 = data.limits;
if((!(data40 && typeof data40 == "object" && !Array.isArray(data40))) && (data40 !== null)){
const err49 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/type",keyword:"type",params:{type: schema17.properties.limits.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
if(data40 && typeof data40 == "object" && !Array.isArray(data40)){
for(const key3 in data40){
if(!(((key3 === "concurrent") || (key3 === "queue")) || (key3 === "wait"))){
const err50 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data40.concurrent !== undefined){
let data41 = data40.concurrent;
if(!(((typeof data41 == "number") && (!(data41 % 1) && !isNaN(data41))) && (isFinite(data41)))){
const err51 = {instancePath:instancePath+"/limits/concurrent",schemaPath:"#/properties/limits/properties/concurrent/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
if((typeof data41 == "number") && (isFinite(data41))){
if(data41 > 1000000 || isNaN(data41)){
const err52 = {instancePath:instancePath+"/limits/concurrent",schemaPath:"#/properties/limits/properties/concurrent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
if(data41 < 0 || isNaN(data41)){
const err53 = {instancePath:instancePath+"/limits/concurrent",schemaPath:"#/properties/limits/properties/concurrent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
}
if(data40.queue !== undefined){
let data42 = data40.queue;
if(!(((typeof data42 == "number") && (!(data42 % 1) && !isNaN(data42))) && (isFinite(data42)))){
const err54 = {instancePath:instancePath+"/limits/queue",schemaPath:"#/properties/limits/properties/queue/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
if((typeof data42 == "number") && (isFinite(data42))){
if(data42 > 1000000 || isNaN(data42)){
const err55 = {instancePath:instancePath+"/limits/queue",schemaPath:"#/properties/limits/properties/queue/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if(data42 < 0 || isNaN(data42)){
const err56 = {instancePath:instancePath+"/limits/queue",schemaPath:"#/properties/limits/properties/queue/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
}
if(data40.wait !== undefined){
let data43 = data40.wait;
if((typeof data43 !== "string") && (!(((typeof data43 == "number") && (!(data43 % 1) && !isNaN(data43))) && (isFinite(data43))))){
const err57 = {instancePath:instancePath+"/limits/wait",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: schema14.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
if((typeof data43 == "number") && (isFinite(data43))){
if(data43 > 0 || isNaN(data43)){
const err58 = {instancePath:instancePath+"/limits/wait",schemaPath:"#/definitions/duration/maximum",keyword:"maximum",params:{comparison: "<=", limit: 0},message:"must be <= 0"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
if(data43 < 0 || isNaN(data43)){
const err59 = {instancePath:instancePath+"/limits/wait",schemaPath:"#/definitions/duration/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(typeof data43 === "string"){
if(!pattern4.test(data43)){
const err60 = {instancePath:instancePath+"/limits/wait",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"},message:"must match pattern \""+"^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"+"\""};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
}
}
}
}
validate13.errors = vErrors;
return errors === 0;
}

const schema38 = {"type":["object","null"],"additionalProperties":{"$ref":"#/definitions/profileAlias"}};
const schema39 = {"if":{"not":{"type":"null"}},"then":{"$ref":"#/definitions/alias"}};

function validate28(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs0 = errors;
let valid0 = true;
const _errs1 = errors;
const _errs2 = errors;
const _errs3 = errors;
if(data !== null){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
var valid1 = _errs3 === errors;
if(valid1){
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
else {
errors = _errs2;
if(vErrors !== null){
if(_errs2){
vErrors.length = _errs2;
}
else {
vErrors = null;
}
}
}
var _valid0 = _errs1 === errors;
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs5 = errors;
if(!(validate17(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate17.errors : vErrors.concat(validate17.errors);
errors = vErrors.length;
}
var _valid0 = _errs5 === errors;
valid0 = _valid0;
}
if(!valid0){
const err2 = {instancePath,schemaPath:"#/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate28.errors = vErrors;
return errors === 0;
}


function validate27(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if((!(data && typeof data == "object" && !Array.isArray(data))) && (data !== null)){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema38.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(validate28(data[key0], {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data,parentDataProperty:key0,rootData}))){
vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
errors = vErrors.length;
}
}
}
validate27.errors = vErrors;
return errors === 0;
}


function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if((!(data && typeof data == "object" && !Array.isArray(data))) && (data !== null)){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema11.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema11.properties, key0))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.listen !== undefined){
let data0 = data.listen;
if((typeof data0 !== "string") && (!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0))))){
const err2 = {instancePath:instancePath+"/listen",schemaPath:"#/properties/listen/type",keyword:"type",params:{type: schema11.properties.listen.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 65535 || isNaN(data0)){
const err3 = {instancePath:instancePath+"/listen",schemaPath:"#/properties/listen/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err4 = {instancePath:instancePath+"/listen",schemaPath:"#/properties/listen/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(typeof data0 === "string"){
if(!pattern0.test(data0)){
const err5 = {instancePath:instancePath+"/listen",schemaPath:"#/properties/listen/pattern",keyword:"pattern",params:{pattern: "^(\\[[0-9A-Fa-f:.%\\w]+\\]:|[^\\s:/@\\[\\]]+:)?\\d{1,5}$"},message:"must match pattern \""+"^(\\[[0-9A-Fa-f:.%\\w]+\\]:|[^\\s:/@\\[\\]]+:)?\\d{1,5}$"+"\""};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
if(data.hosts !== undefined){
let data1 = data.hosts;
if((!(Array.isArray(data1))) && (data1 !== null)){
const err6 = {instancePath:instancePath+"/hosts",schemaPath:"#/properties/hosts/type",keyword:"type",params:{type: schema11.properties.hosts.type},message:"must be array,null"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(Array.isArray(data1)){
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(typeof data2 === "string"){
if(!pattern1.test(data2)){
const err7 = {instancePath:instancePath+"/hosts/" + i0,schemaPath:"#/properties/hosts/items/pattern",keyword:"pattern",params:{pattern: "^(\\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]+\\]?|[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\\.?)$"},message:"must match pattern \""+"^(\\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]+\\]?|[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\\.?)$"+"\""};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/hosts/" + i0,schemaPath:"#/properties/hosts/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
}
if(data.cors !== undefined){
let data3 = data.cors;
if((!(data3 && typeof data3 == "object" && !Array.isArray(data3))) && (data3 !== null)){
const err9 = {instancePath:instancePath+"/cors",schemaPath:"#/properties/cors/type",keyword:"type",params:{type: schema11.properties.cors.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
for(const key1 in data3){
if(!(key1 === "origins")){
const err10 = {instancePath:instancePath+"/cors",schemaPath:"#/properties/cors/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data3.origins !== undefined){
let data4 = data3.origins;
if((!(Array.isArray(data4))) && (data4 !== null)){
const err11 = {instancePath:instancePath+"/cors/origins",schemaPath:"#/properties/cors/properties/origins/type",keyword:"type",params:{type: schema11.properties.cors.properties.origins.type},message:"must be array,null"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(Array.isArray(data4)){
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
let data5 = data4[i1];
if(typeof data5 === "string"){
if(!pattern2.test(data5)){
const err12 = {instancePath:instancePath+"/cors/origins/" + i1,schemaPath:"#/properties/cors/properties/origins/items/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9+.-]*://[^\\s/?#@]+$"},message:"must match pattern \""+"^[a-z][a-z0-9+.-]*://[^\\s/?#@]+$"+"\""};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/cors/origins/" + i1,schemaPath:"#/properties/cors/properties/origins/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
}
}
}
if(data.defaultProvider !== undefined){
let data6 = data.defaultProvider;
if((typeof data6 !== "string") && (data6 !== null)){
const err14 = {instancePath:instancePath+"/defaultProvider",schemaPath:"#/properties/defaultProvider/type",keyword:"type",params:{type: schema11.properties.defaultProvider.type},message:"must be string,null"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.respondAs !== undefined){
let data7 = data.respondAs;
if(!((data7 === "upstream") || (data7 === "alias"))){
const err15 = {instancePath:instancePath+"/respondAs",schemaPath:"#/definitions/respondAs/enum",keyword:"enum",params:{allowedValues: schema12.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.fallback !== undefined){
if(!(validate11(data.fallback, {instancePath:instancePath+"/fallback",parentData:data,parentDataProperty:"fallback",rootData}))){
vErrors = vErrors === null ? validate11.errors : vErrors.concat(validate11.errors);
errors = vErrors.length;
}
}
if(data.keepAlive !== undefined){
let data9 = data.keepAlive;
if((typeof data9 !== "string") && (!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9))))){
const err16 = {instancePath:instancePath+"/keepAlive",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: schema14.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 > 0 || isNaN(data9)){
const err17 = {instancePath:instancePath+"/keepAlive",schemaPath:"#/definitions/duration/maximum",keyword:"maximum",params:{comparison: "<=", limit: 0},message:"must be <= 0"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data9 < 0 || isNaN(data9)){
const err18 = {instancePath:instancePath+"/keepAlive",schemaPath:"#/definitions/duration/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(typeof data9 === "string"){
if(!pattern4.test(data9)){
const err19 = {instancePath:instancePath+"/keepAlive",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"},message:"must match pattern \""+"^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"+"\""};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
if(data.usage !== undefined){
let data10 = data.usage;
if(!((data10 === "pass") || (data10 === "inject"))){
const err20 = {instancePath:instancePath+"/usage",schemaPath:"#/properties/usage/enum",keyword:"enum",params:{allowedValues: schema11.properties.usage.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.providers !== undefined){
let data11 = data.providers;
if((!(data11 && typeof data11 == "object" && !Array.isArray(data11))) && (data11 !== null)){
const err21 = {instancePath:instancePath+"/providers",schemaPath:"#/properties/providers/type",keyword:"type",params:{type: schema11.properties.providers.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
for(const key2 in data11){
const _errs26 = errors;
if(typeof key2 === "string"){
if(!pattern6.test(key2)){
const err22 = {instancePath:instancePath+"/providers",schemaPath:"#/definitions/providerName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_][A-Za-z0-9_.-]*$"},message:"must match pattern \""+"^[A-Za-z0-9_][A-Za-z0-9_.-]*$"+"\"",propertyName:key2};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
var valid8 = _errs26 === errors;
if(!valid8){
const err23 = {instancePath:instancePath+"/providers",schemaPath:"#/properties/providers/propertyNames",keyword:"propertyNames",params:{propertyName: key2},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
for(const key3 in data11){
if(!(validate13(data11[key3], {instancePath:instancePath+"/providers/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data11,parentDataProperty:key3,rootData}))){
vErrors = vErrors === null ? validate13.errors : vErrors.concat(validate13.errors);
errors = vErrors.length;
}
}
}
}
if(data.aliases !== undefined){
if(!(validate16(data.aliases, {instancePath:instancePath+"/aliases",parentData:data,parentDataProperty:"aliases",rootData}))){
vErrors = vErrors === null ? validate16.errors : vErrors.concat(validate16.errors);
errors = vErrors.length;
}
}
if(data.profiles !== undefined){
let data14 = data.profiles;
if((!(data14 && typeof data14 == "object" && !Array.isArray(data14))) && (data14 !== null)){
const err24 = {instancePath:instancePath+"/profiles",schemaPath:"#/properties/profiles/type",keyword:"type",params:{type: schema11.properties.profiles.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
for(const key4 in data14){
const _errs33 = errors;
if(typeof key4 === "string"){
if(!pattern20.test(key4)){
const err25 = {instancePath:instancePath+"/profiles",schemaPath:"#/properties/profiles/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[^\\s-]\\S*$"},message:"must match pattern \""+"^[^\\s-]\\S*$"+"\"",propertyName:key4};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
var valid11 = _errs33 === errors;
if(!valid11){
const err26 = {instancePath:instancePath+"/profiles",schemaPath:"#/properties/profiles/propertyNames",keyword:"propertyNames",params:{propertyName: key4},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
for(const key5 in data14){
if(!(validate27(data14[key5], {instancePath:instancePath+"/profiles/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data14,parentDataProperty:key5,rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
}
if(data.models !== undefined){
let data16 = data.models;
if((!(data16 && typeof data16 == "object" && !Array.isArray(data16))) && (data16 !== null)){
const err27 = {instancePath:instancePath+"/models",schemaPath:"#/properties/models/type",keyword:"type",params:{type: schema11.properties.models.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
for(const key6 in data16){
const _errs38 = errors;
if(typeof key6 === "string"){
if(!pattern21.test(key6)){
const err28 = {instancePath:instancePath+"/models",schemaPath:"#/properties/models/propertyNames/pattern",keyword:"pattern",params:{pattern: "^\\S+$"},message:"must match pattern \""+"^\\S+$"+"\"",propertyName:key6};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
var valid13 = _errs38 === errors;
if(!valid13){
const err29 = {instancePath:instancePath+"/models",schemaPath:"#/properties/models/propertyNames",keyword:"propertyNames",params:{propertyName: key6},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
for(const key7 in data16){
let data17 = data16[key7];
if((!(data17 && typeof data17 == "object" && !Array.isArray(data17))) && (data17 !== null)){
const err30 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/model/type",keyword:"type",params:{type: schema40.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
for(const key8 in data17){
if(!(func2.call(schema40.properties, key8))){
const err31 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/model/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data17.maxOutput !== undefined){
let data18 = data17.maxOutput;
if(!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))){
const err32 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/maxOutput",schemaPath:"#/definitions/model/properties/maxOutput/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 < 1 || isNaN(data18)){
const err33 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/maxOutput",schemaPath:"#/definitions/model/properties/maxOutput/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
}
if(data17.sampling !== undefined){
let data19 = data17.sampling;
if(!(((data19 === "free") || (data19 === "one")) || (data19 === "fixed"))){
const err34 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/sampling",schemaPath:"#/definitions/model/properties/sampling/enum",keyword:"enum",params:{allowedValues: schema40.properties.sampling.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data17.thinking !== undefined){
let data20 = data17.thinking;
if(!(((((data20 === "none") || (data20 === "budget")) || (data20 === "adaptive")) || (data20 === "effort")) || (data20 === "level"))){
const err35 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/thinking",schemaPath:"#/definitions/model/properties/thinking/enum",keyword:"enum",params:{allowedValues: schema40.properties.thinking.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data17.thinkingOff !== undefined){
if(typeof data17.thinkingOff !== "boolean"){
const err36 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/thinkingOff",schemaPath:"#/definitions/model/properties/thinkingOff/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data17.budget !== undefined){
let data22 = data17.budget;
if(Array.isArray(data22)){
if(data22.length > 2){
const err37 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/budget",schemaPath:"#/definitions/model/properties/budget/maxItems",keyword:"maxItems",params:{limit: 2},message:"must NOT have more than 2 items"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
if(data22.length < 2){
const err38 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/budget",schemaPath:"#/definitions/model/properties/budget/minItems",keyword:"minItems",params:{limit: 2},message:"must NOT have fewer than 2 items"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
const len2 = data22.length;
for(let i2=0; i2<len2; i2++){
let data23 = data22[i2];
if(!(((typeof data23 == "number") && (!(data23 % 1) && !isNaN(data23))) && (isFinite(data23)))){
const err39 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/budget/" + i2,schemaPath:"#/definitions/model/properties/budget/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 < 0 || isNaN(data23)){
const err40 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/budget/" + i2,schemaPath:"#/definitions/model/properties/budget/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
}
else {
const err41 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/budget",schemaPath:"#/definitions/model/properties/budget/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data17.efforts !== undefined){
let data24 = data17.efforts;
if(Array.isArray(data24)){
const len3 = data24.length;
for(let i3=0; i3<len3; i3++){
let data25 = data24[i3];
if(!((((((data25 === "minimal") || (data25 === "low")) || (data25 === "medium")) || (data25 === "high")) || (data25 === "xhigh")) || (data25 === "max"))){
const err42 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/efforts/" + i3,schemaPath:"#/definitions/model/properties/efforts/items/enum",keyword:"enum",params:{allowedValues: schema40.properties.efforts.items.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
}
else {
const err43 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/efforts",schemaPath:"#/definitions/model/properties/efforts/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data17.prefill !== undefined){
if(typeof data17.prefill !== "boolean"){
const err44 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/prefill",schemaPath:"#/definitions/model/properties/prefill/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data17.schema !== undefined){
if(typeof data17.schema !== "boolean"){
const err45 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/schema",schemaPath:"#/definitions/model/properties/schema/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data17.systemAnywhere !== undefined){
if(typeof data17.systemAnywhere !== "boolean"){
const err46 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/systemAnywhere",schemaPath:"#/definitions/model/properties/systemAnywhere/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data17.stop !== undefined){
if(typeof data17.stop !== "boolean"){
const err47 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/stop",schemaPath:"#/definitions/model/properties/stop/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
if(data17.toolsNeedResponses !== undefined){
if(typeof data17.toolsNeedResponses !== "boolean"){
const err48 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/toolsNeedResponses",schemaPath:"#/definitions/model/properties/toolsNeedResponses/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data17.reasoningHidden !== undefined){
if(typeof data17.reasoningHidden !== "boolean"){
const err49 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/reasoningHidden",schemaPath:"#/definitions/model/properties/reasoningHidden/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
if(data17.signedCalls !== undefined){
if(typeof data17.signedCalls !== "boolean"){
const err50 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/signedCalls",schemaPath:"#/definitions/model/properties/signedCalls/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data17.tokenFactor !== undefined){
let data33 = data17.tokenFactor;
if((typeof data33 == "number") && (isFinite(data33))){
if(data33 <= 0 || isNaN(data33)){
const err51 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/tokenFactor",schemaPath:"#/definitions/model/properties/tokenFactor/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
else {
const err52 = {instancePath:instancePath+"/models/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/tokenFactor",schemaPath:"#/definitions/model/properties/tokenFactor/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
}
}
}
}
if(data.manifests !== undefined){
let data34 = data.manifests;
if((!(data34 && typeof data34 == "object" && !Array.isArray(data34))) && (data34 !== null)){
const err53 = {instancePath:instancePath+"/manifests",schemaPath:"#/properties/manifests/type",keyword:"type",params:{type: schema11.properties.manifests.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
if(data34 && typeof data34 == "object" && !Array.isArray(data34)){
for(const key9 in data34){
let data35 = data34[key9];
if((!(data35 && typeof data35 == "object" && !Array.isArray(data35))) && (data35 !== null)){
const err54 = {instancePath:instancePath+"/manifests/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/manifests/additionalProperties/type",keyword:"type",params:{type: schema11.properties.manifests.additionalProperties.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
if(data35 && typeof data35 == "object" && !Array.isArray(data35)){
for(const key10 in data35){
if(typeof data35[key10] !== "string"){
const err55 = {instancePath:instancePath+"/manifests/" + key9.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key10.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/manifests/additionalProperties/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
}
}
}
}
if(data.limits !== undefined){
let data37 = data.limits;
if((!(data37 && typeof data37 == "object" && !Array.isArray(data37))) && (data37 !== null)){
const err56 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/type",keyword:"type",params:{type: schema11.properties.limits.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if(data37 && typeof data37 == "object" && !Array.isArray(data37)){
for(const key11 in data37){
if(!((((((((key11 === "body") || (key11 === "header")) || (key11 === "headerTime")) || (key11 === "bodyTime")) || (key11 === "connections")) || (key11 === "concurrent")) || (key11 === "queue")) || (key11 === "wait"))){
const err57 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
if(data37.body !== undefined){
let data38 = data37.body;
if((typeof data38 !== "string") && (!(((typeof data38 == "number") && (!(data38 % 1) && !isNaN(data38))) && (isFinite(data38))))){
const err58 = {instancePath:instancePath+"/limits/body",schemaPath:"#/definitions/size/type",keyword:"type",params:{type: schema41.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
if((typeof data38 == "number") && (isFinite(data38))){
if(data38 > 9007199254740991 || isNaN(data38)){
const err59 = {instancePath:instancePath+"/limits/body",schemaPath:"#/definitions/size/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
if(data38 < 1 || isNaN(data38)){
const err60 = {instancePath:instancePath+"/limits/body",schemaPath:"#/definitions/size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(typeof data38 === "string"){
if(!pattern22.test(data38)){
const err61 = {instancePath:instancePath+"/limits/body",schemaPath:"#/definitions/size/pattern",keyword:"pattern",params:{pattern: "^\\d{1,12}(\\.\\d{1,3})?(B|KiB|MiB|GiB|KB|MB|GB)$"},message:"must match pattern \""+"^\\d{1,12}(\\.\\d{1,3})?(B|KiB|MiB|GiB|KB|MB|GB)$"+"\""};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
}
if(data37.header !== undefined){
let data39 = data37.header;
if((typeof data39 !== "string") && (!(((typeof data39 == "number") && (!(data39 % 1) && !isNaN(data39))) && (isFinite(data39))))){
const err62 = {instancePath:instancePath+"/limits/header",schemaPath:"#/definitions/size/type",keyword:"type",params:{type: schema41.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
if((typeof data39 == "number") && (isFinite(data39))){
if(data39 > 9007199254740991 || isNaN(data39)){
const err63 = {instancePath:instancePath+"/limits/header",schemaPath:"#/definitions/size/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
if(data39 < 1 || isNaN(data39)){
const err64 = {instancePath:instancePath+"/limits/header",schemaPath:"#/definitions/size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
if(typeof data39 === "string"){
if(!pattern22.test(data39)){
const err65 = {instancePath:instancePath+"/limits/header",schemaPath:"#/definitions/size/pattern",keyword:"pattern",params:{pattern: "^\\d{1,12}(\\.\\d{1,3})?(B|KiB|MiB|GiB|KB|MB|GB)$"},message:"must match pattern \""+"^\\d{1,12}(\\.\\d{1,3})?(B|KiB|MiB|GiB|KB|MB|GB)$"+"\""};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
}
if(data37.headerTime !== undefined){
let data40 = data37.headerTime;
if((typeof data40 !== "string") && (!(((typeof data40 == "number") && (!(data40 % 1) && !isNaN(data40))) && (isFinite(data40))))){
const err66 = {instancePath:instancePath+"/limits/headerTime",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: schema14.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
if((typeof data40 == "number") && (isFinite(data40))){
if(data40 > 0 || isNaN(data40)){
const err67 = {instancePath:instancePath+"/limits/headerTime",schemaPath:"#/definitions/duration/maximum",keyword:"maximum",params:{comparison: "<=", limit: 0},message:"must be <= 0"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
if(data40 < 0 || isNaN(data40)){
const err68 = {instancePath:instancePath+"/limits/headerTime",schemaPath:"#/definitions/duration/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
if(typeof data40 === "string"){
if(!pattern4.test(data40)){
const err69 = {instancePath:instancePath+"/limits/headerTime",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"},message:"must match pattern \""+"^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"+"\""};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
}
if(data37.bodyTime !== undefined){
let data41 = data37.bodyTime;
if((typeof data41 !== "string") && (!(((typeof data41 == "number") && (!(data41 % 1) && !isNaN(data41))) && (isFinite(data41))))){
const err70 = {instancePath:instancePath+"/limits/bodyTime",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: schema14.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
if((typeof data41 == "number") && (isFinite(data41))){
if(data41 > 0 || isNaN(data41)){
const err71 = {instancePath:instancePath+"/limits/bodyTime",schemaPath:"#/definitions/duration/maximum",keyword:"maximum",params:{comparison: "<=", limit: 0},message:"must be <= 0"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
if(data41 < 0 || isNaN(data41)){
const err72 = {instancePath:instancePath+"/limits/bodyTime",schemaPath:"#/definitions/duration/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
if(typeof data41 === "string"){
if(!pattern4.test(data41)){
const err73 = {instancePath:instancePath+"/limits/bodyTime",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"},message:"must match pattern \""+"^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"+"\""};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
}
if(data37.connections !== undefined){
let data42 = data37.connections;
if(!(((typeof data42 == "number") && (!(data42 % 1) && !isNaN(data42))) && (isFinite(data42)))){
const err74 = {instancePath:instancePath+"/limits/connections",schemaPath:"#/properties/limits/properties/connections/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
if((typeof data42 == "number") && (isFinite(data42))){
if(data42 > 1000000 || isNaN(data42)){
const err75 = {instancePath:instancePath+"/limits/connections",schemaPath:"#/properties/limits/properties/connections/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
if(data42 < 1 || isNaN(data42)){
const err76 = {instancePath:instancePath+"/limits/connections",schemaPath:"#/properties/limits/properties/connections/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
}
if(data37.concurrent !== undefined){
let data43 = data37.concurrent;
if(!(((typeof data43 == "number") && (!(data43 % 1) && !isNaN(data43))) && (isFinite(data43)))){
const err77 = {instancePath:instancePath+"/limits/concurrent",schemaPath:"#/properties/limits/properties/concurrent/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
if((typeof data43 == "number") && (isFinite(data43))){
if(data43 > 1000000 || isNaN(data43)){
const err78 = {instancePath:instancePath+"/limits/concurrent",schemaPath:"#/properties/limits/properties/concurrent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
if(data43 < 0 || isNaN(data43)){
const err79 = {instancePath:instancePath+"/limits/concurrent",schemaPath:"#/properties/limits/properties/concurrent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
}
if(data37.queue !== undefined){
let data44 = data37.queue;
if(!(((typeof data44 == "number") && (!(data44 % 1) && !isNaN(data44))) && (isFinite(data44)))){
const err80 = {instancePath:instancePath+"/limits/queue",schemaPath:"#/properties/limits/properties/queue/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
if((typeof data44 == "number") && (isFinite(data44))){
if(data44 > 1000000 || isNaN(data44)){
const err81 = {instancePath:instancePath+"/limits/queue",schemaPath:"#/properties/limits/properties/queue/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
if(data44 < 0 || isNaN(data44)){
const err82 = {instancePath:instancePath+"/limits/queue",schemaPath:"#/properties/limits/properties/queue/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
}
if(data37.wait !== undefined){
let data45 = data37.wait;
if((typeof data45 !== "string") && (!(((typeof data45 == "number") && (!(data45 % 1) && !isNaN(data45))) && (isFinite(data45))))){
const err83 = {instancePath:instancePath+"/limits/wait",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: schema14.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
if((typeof data45 == "number") && (isFinite(data45))){
if(data45 > 0 || isNaN(data45)){
const err84 = {instancePath:instancePath+"/limits/wait",schemaPath:"#/definitions/duration/maximum",keyword:"maximum",params:{comparison: "<=", limit: 0},message:"must be <= 0"};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
if(data45 < 0 || isNaN(data45)){
const err85 = {instancePath:instancePath+"/limits/wait",schemaPath:"#/definitions/duration/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
if(typeof data45 === "string"){
if(!pattern4.test(data45)){
const err86 = {instancePath:instancePath+"/limits/wait",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"},message:"must match pattern \""+"^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"+"\""};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
}
}
}
if(data.log !== undefined){
let data46 = data.log;
if((!(data46 && typeof data46 == "object" && !Array.isArray(data46))) && (data46 !== null)){
const err87 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/type",keyword:"type",params:{type: schema11.properties.log.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
if(data46 && typeof data46 == "object" && !Array.isArray(data46)){
for(const key12 in data46){
if(!((((key12 === "level") || (key12 === "format")) || (key12 === "size")) || (key12 === "files"))){
const err88 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
if(data46.level !== undefined){
let data47 = data46.level;
if(!((((data47 === "debug") || (data47 === "info")) || (data47 === "warn")) || (data47 === "error"))){
const err89 = {instancePath:instancePath+"/log/level",schemaPath:"#/properties/log/properties/level/enum",keyword:"enum",params:{allowedValues: schema11.properties.log.properties.level.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
if(data46.format !== undefined){
let data48 = data46.format;
if(!((data48 === "text") || (data48 === "json"))){
const err90 = {instancePath:instancePath+"/log/format",schemaPath:"#/properties/log/properties/format/enum",keyword:"enum",params:{allowedValues: schema11.properties.log.properties.format.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
if(data46.size !== undefined){
let data49 = data46.size;
if((typeof data49 !== "string") && (!(((typeof data49 == "number") && (!(data49 % 1) && !isNaN(data49))) && (isFinite(data49))))){
const err91 = {instancePath:instancePath+"/log/size",schemaPath:"#/definitions/size/type",keyword:"type",params:{type: schema41.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
if((typeof data49 == "number") && (isFinite(data49))){
if(data49 > 9007199254740991 || isNaN(data49)){
const err92 = {instancePath:instancePath+"/log/size",schemaPath:"#/definitions/size/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
if(data49 < 1 || isNaN(data49)){
const err93 = {instancePath:instancePath+"/log/size",schemaPath:"#/definitions/size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
if(typeof data49 === "string"){
if(!pattern22.test(data49)){
const err94 = {instancePath:instancePath+"/log/size",schemaPath:"#/definitions/size/pattern",keyword:"pattern",params:{pattern: "^\\d{1,12}(\\.\\d{1,3})?(B|KiB|MiB|GiB|KB|MB|GB)$"},message:"must match pattern \""+"^\\d{1,12}(\\.\\d{1,3})?(B|KiB|MiB|GiB|KB|MB|GB)$"+"\""};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
}
}
if(data46.files !== undefined){
let data50 = data46.files;
if(!(((typeof data50 == "number") && (!(data50 % 1) && !isNaN(data50))) && (isFinite(data50)))){
const err95 = {instancePath:instancePath+"/log/files",schemaPath:"#/properties/log/properties/files/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
if((typeof data50 == "number") && (isFinite(data50))){
if(data50 > 1000 || isNaN(data50)){
const err96 = {instancePath:instancePath+"/log/files",schemaPath:"#/properties/log/properties/files/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000"};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
if(data50 < 0 || isNaN(data50)){
const err97 = {instancePath:instancePath+"/log/files",schemaPath:"#/properties/log/properties/files/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
}
}
}
}
if(data.workers !== undefined){
let data51 = data.workers;
if((typeof data51 !== "string") && (!(((typeof data51 == "number") && (!(data51 % 1) && !isNaN(data51))) && (isFinite(data51))))){
const err98 = {instancePath:instancePath+"/workers",schemaPath:"#/properties/workers/type",keyword:"type",params:{type: schema11.properties.workers.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
if((typeof data51 == "number") && (isFinite(data51))){
if(data51 > 64 || isNaN(data51)){
const err99 = {instancePath:instancePath+"/workers",schemaPath:"#/properties/workers/maximum",keyword:"maximum",params:{comparison: "<=", limit: 64},message:"must be <= 64"};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
if(data51 < 1 || isNaN(data51)){
const err100 = {instancePath:instancePath+"/workers",schemaPath:"#/properties/workers/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
if(typeof data51 === "string"){
if(!pattern28.test(data51)){
const err101 = {instancePath:instancePath+"/workers",schemaPath:"#/properties/workers/pattern",keyword:"pattern",params:{pattern: "^auto$"},message:"must match pattern \""+"^auto$"+"\""};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
}
}
if(data.metrics !== undefined){
let data52 = data.metrics;
if((!(data52 && typeof data52 == "object" && !Array.isArray(data52))) && (data52 !== null)){
const err102 = {instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/type",keyword:"type",params:{type: schema11.properties.metrics.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
if(data52 && typeof data52 == "object" && !Array.isArray(data52)){
for(const key13 in data52){
if(!((key13 === "clientPort") || (key13 === "listen"))){
const err103 = {instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key13},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
}
if(data52.clientPort !== undefined){
if(typeof data52.clientPort !== "boolean"){
const err104 = {instancePath:instancePath+"/metrics/clientPort",schemaPath:"#/properties/metrics/properties/clientPort/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
if(data52.listen !== undefined){
let data54 = data52.listen;
if((typeof data54 !== "string") && (!(((typeof data54 == "number") && (!(data54 % 1) && !isNaN(data54))) && (isFinite(data54))))){
const err105 = {instancePath:instancePath+"/metrics/listen",schemaPath:"#/properties/metrics/properties/listen/type",keyword:"type",params:{type: schema11.properties.metrics.properties.listen.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
if((typeof data54 == "number") && (isFinite(data54))){
if(data54 > 65535 || isNaN(data54)){
const err106 = {instancePath:instancePath+"/metrics/listen",schemaPath:"#/properties/metrics/properties/listen/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535"};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
if(data54 < 0 || isNaN(data54)){
const err107 = {instancePath:instancePath+"/metrics/listen",schemaPath:"#/properties/metrics/properties/listen/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
}
if(typeof data54 === "string"){
if(!pattern0.test(data54)){
const err108 = {instancePath:instancePath+"/metrics/listen",schemaPath:"#/properties/metrics/properties/listen/pattern",keyword:"pattern",params:{pattern: "^(\\[[0-9A-Fa-f:.%\\w]+\\]:|[^\\s:/@\\[\\]]+:)?\\d{1,5}$"},message:"must match pattern \""+"^(\\[[0-9A-Fa-f:.%\\w]+\\]:|[^\\s:/@\\[\\]]+:)?\\d{1,5}$"+"\""};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
}
}
}
}
if(data.drain !== undefined){
let data55 = data.drain;
if((typeof data55 !== "string") && (!(((typeof data55 == "number") && (!(data55 % 1) && !isNaN(data55))) && (isFinite(data55))))){
const err109 = {instancePath:instancePath+"/drain",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: schema14.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
if((typeof data55 == "number") && (isFinite(data55))){
if(data55 > 0 || isNaN(data55)){
const err110 = {instancePath:instancePath+"/drain",schemaPath:"#/definitions/duration/maximum",keyword:"maximum",params:{comparison: "<=", limit: 0},message:"must be <= 0"};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
if(data55 < 0 || isNaN(data55)){
const err111 = {instancePath:instancePath+"/drain",schemaPath:"#/definitions/duration/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
if(typeof data55 === "string"){
if(!pattern4.test(data55)){
const err112 = {instancePath:instancePath+"/drain",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"},message:"must match pattern \""+"^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$|^0$"+"\""};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
}
}
validate10.errors = vErrors;
return errors === 0;
}
