/**
 * What the lists of leaked passwords begin with, reduced to its core: in lower case, without digits and signs around it. A
 * password that is nothing but one of these, with whatever digits and signs, is among the first that are tried.
 */
const CORES: ReadonlySet<string> = new Set(
  `password passwort passwd motdepasse contrasena contraseña wachtwoord senha parola heslo haslo
   welcome willkommen bienvenue letmein changeme changeit default temporary
   administrator admin root superuser sysadmin operator manager owner guest user username login signin
   master secret topsecret supersecret mysecret trustno access accessgranted
   qwerty qwertz azerty qwertyuiop qwertzuiop azertyuiop asdfgh asdfghjkl zxcvbnm qazwsx qazwsxedc wsxedc asdfghjklqwertyuiop
   qwertyasdfgh qwerasdf qweasd qweasdzxc zaqxsw zaqwsx poiuytrewq mnbvcxz lkjhgfdsa
   abcdef abcdefg abcdefgh abcdefghij abcdefghijk abcdefghijklmnopqrstuvwxyz abcabc
   iloveyou iloveu ilovegod loveyou lovelove forever always princess sunshine rainbow butterfly sweetheart
   superman batman spiderman starwars pokemon dragon monkey shadow killer hunter phoenix tigger
   football baseball basketball soccer hockey liverpool chelsea arsenal barcelona realmadrid manchester
   michael jennifer jessica ashley charlie jordan thomas daniel andrew joshua nicole michelle anthony
   summer winter spring autumn january february march april june july august september october november december
   monday tuesday wednesday thursday friday saturday sunday
   computer internet google facebook microsoft windows samsung apple iphone android linux
   freedom whatever nothing something anything hello helloworld test testtest testing tester testpassword
   mypassword newpassword yourpassword thepassword passwordpassword passw pass passpass
   company business corporate affiliate affiliates affiliateprogram partner partners rekomi rekomicrm rekomicrmsync crmsync
   correcthorsebatterystaple opensesame blink cheese chocolate banana orange purple yellow silver golden
   fuckyou fuckoff asshole bitch jesus jesuschrist blessed christ god heaven
   matrix ninja mustang corvette ferrari porsche mercedes harley yamaha
   pepper ginger cookie coffee flower summertime welcomehome newyear christmas`
    .split(/\s+/)
    .filter((core) => core !== ''),
);

const LOOKALIKES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};
const ROWS = ['01234567890123456789', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklzxcvbnm'] as const;
/** A password of a unit this short, repeated, is as weak as the unit. */
const LONGEST_UNIT = 6;

/** Is this among what everybody tries first: a common word with trimmings, a row of keys, one thing repeated? */
export function isCommonPassword(password: string): boolean {
  const text = password.toLowerCase();
  const letters = text.replace(/[^\p{L}]/gu, '');
  // Digits at an end may be trimmings or stand for letters: P@ssw0rd2026, 4dmin1strator.
  const spelled = [text, readable(bare(text)), bare(readable(text))];
  return (
    CORES.has(letters) ||
    spelled.some((form) => CORES.has(form.replace(/[\s._-]/g, ''))) ||
    isRow(text.replace(/[\s._-]/g, '')) ||
    isRepetition(text)
  );
}

/** Without digits and signs at both ends. */
function bare(text: string): string {
  return text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
}

function readable(text: string): string {
  return [...text].map((sign) => LOOKALIKES[sign] ?? sign).join('');
}

function isRow(text: string): boolean {
  const backwards = [...text].reverse().join('');
  return ROWS.some((row) => row.includes(text) || row.includes(backwards));
}

function isRepetition(text: string): boolean {
  for (let length = 1; length <= LONGEST_UNIT; length += 1) {
    const unit = text.slice(0, length);
    if (unit.repeat(Math.ceil(text.length / length)).startsWith(text) && text.length > length) return true;
  }
  return false;
}
