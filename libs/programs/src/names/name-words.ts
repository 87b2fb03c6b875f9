/** Words that belong to the family name that follows them, in lower case without a full stop. */
const PARTICLES = new Set(
  (
    'van von vom der den ten ter te zu zum zur af av de del della delle dello degli dei di da das do dos du des ' +
    "dela dal dalla la las le lo los 't san santa st saint bin ibn bint binti ben bat abu abou al el ul as ash ad " +
    'ould ó ní nic uí mac mc ap fitz بن ابن بنت أبو ابو آل عبد בן בת'
  ).split(' '),
);

/** Join two family names. Only in lower case: a capital is somebody's initial. */
const CONNECTORS = new Set(['y', 'e', 'i', 'und']);

const HONORIFICS = new Set(
  (
    'mr mrs ms mx miss dr prof professor sir dame lady lord rev reverend fr hon herr frau señor señora sra srta ' +
    'mme mlle dott dottssa ing dipl-ing mag shri smt sheikh ustad г-н г-жа'
  ).split(' '),
);

const SUFFIXES = new Set(
  'jr sr ii iii iv vi vii 2nd 3rd phd md esq esquire cpa dds mba msc bsc obe mbe cbe rn jnr snr'.split(' '),
);

/** What ends the name of a company rather than a person's. */
const LEGAL_FORMS = new Set(
  'inc llc ltd limited gmbh ag kg ug corp plc sarl sas srl bv nv oy aps llp pty ооо'.split(' '),
);

const MARIES = new Set(['maría', 'maria', 'ma', 'mª', 'josé', 'jose']);
/** What a Spanish or Portuguese María is named after: still her given name. */
const DEVOTIONS = new Set(
  (
    'carmen pilar mar rosario dolores lourdes fátima fatima guadalupe socorro luz jesús jesus mercedes nieves ' +
    'concepción consuelo rocío ángeles angeles graça conceição fe paz soledad'
  ).split(' '),
);

const VIETNAMESE_FAMILIES = new Set(
  (
    'nguyen nguyễn tran trần le lê pham phạm hoang hoàng huynh huỳnh vo võ dang đặng bui bùi do đỗ ho hồ ngo ngô ' +
    'duong dương ly lý phan vu vũ'
  ).split(' '),
);
const VIETNAMESE_MIDDLES = new Set(['van', 'văn', 'thi', 'thị']);

const bare = (word: string): string => word.toLowerCase().replace(/\./g, '');

export const isParticle = (word: string): boolean => PARTICLES.has(bare(word));
export const isConnector = (word: string): boolean => CONNECTORS.has(word);
export const isHonorific = (word: string): boolean => HONORIFICS.has(bare(word));
export const isSuffix = (word: string): boolean => SUFFIXES.has(bare(word));
export const isLegalForm = (word: string): boolean => LEGAL_FORMS.has(bare(word));
export const isMary = (word: string): boolean => MARIES.has(bare(word));
export const isDevotion = (word: string): boolean => DEVOTIONS.has(bare(word));
/** A middle name that only men or only women bear shows that the family name stands first. */
export const isVietnameseOrder = (first: string, second: string): boolean =>
  VIETNAMESE_FAMILIES.has(bare(first)) && VIETNAMESE_MIDDLES.has(bare(second));
/** East Slavic or Turkic name after the father. */
export const isPatronymic = (word: string): boolean => /(?:вич|ич|вна|чна|шна|оглы|кызы)$/iu.test(word);
