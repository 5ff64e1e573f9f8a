/**
 * What people choose when twelve characters are asked for. `roots` are the words that they stretch with
 * digits, signs and repetition; `wholes` are long enough on their own. All lower-case. Of our own making, after
 * the patterns that published lists of leaked passwords show.
 */
const roots = `
password passwort passwd passw0rd p4ssword p4ssw0rd pa55word pa55w0rd p@ssword p@ssw0rd motdepasse contrasena
contraseña wachtwoord parola senha haslo heslo losenord lozinka sifre parole salasana
qwerty qwertz azerty qwertyuiop qwertyui qwertyu asdfgh asdfghjk asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc
1qaz2wsx 1q2w3e4r 1q2w3e4r5t 1q2w3e zaq12wsx zaq1xsw2 q1w2e3r4 qweasd qweasdzxc asdzxc yxcvbnm
abcdef abcdefg abcdefgh abcdefghi abcdefghij abc123 abcd1234 aabbcc abcabc 123abc a1b2c3 a1b2c3d4 1a2b3c
welcome welcome1 willkommen bienvenue bienvenido benvenuto bemvindo letmein letmeinnow openup opensesame
changeme changeit changethis default temporary temp temppass newpassword mypassword yourpassword
thepassword password1 secret secrets topsecret mysecret supersecret verysecret nosecret trustno1 trustnoone
whatever nothing something anything computer internet network server database laptop desktop keyboard mouse
windows linux ubuntu debian macbook android iphone samsung google facebook twitter instagram youtube
microsoft amazon netflix spotify github gitlab bitbucket docker kubernetes openai chatgpt claude anthropic
admin admin1 administrator adminadmin root rootroot toor superuser superadmin sysadmin system manager
operator guest user username login signin account service developer development production staging
demo sample example foobar foobaz barbaz helloworld hello hellohello hallohallo bonjour hola
iloveyou iloveu loveyou lovelove ilovemyself ilovemydog ilovemycat lovely loveme forever foreverlove
sweetheart princess prince queen king angel angels babygirl babyboy baby honey sunshine rainbow butterfly
flower flowers summer winter spring autumn monday tuesday wednesday thursday friday saturday sunday
january february march april june july august september october november december
football futbol soccer baseball basketball hockey tennis volleyball golf rugby cricket liverpool chelsea arsenal
manchester barcelona realmadrid juventus bayern steelers cowboys yankees lakers eagles patriots packers redsox
dragon monkey tiger lion panther wolf eagle falcon phoenix unicorn shadow hunter killer ninja samurai warrior
master superman batman spiderman ironman wonderwoman starwars startrek pokemon pikachu naruto harrypotter
gandalf minecraft fortnite roblox counterstrike callofduty playstation nintendo xbox
michael michelle jennifer jessica jordan daniel andrew joshua matthew anthony robert thomas charlie george
william ashley amanda nicole samantha elizabeth alexander alexandra christopher jonathan benjamin nicholas
patrick richard steven stephen david james maria marie anna sophie laura sarah hannah emily emma olivia
chocolate cookie cheese banana orange apple strawberry cherry pepper ginger coffee vanilla pizza
freedom liberty america england london paris berlin newyork california texas florida canada australia
mustang ferrari porsche corvette mercedes harley yamaha suzuki toyota honda
money dollar bitcoin ethereum crypto wallet blessed jesus jesuschrist godisgood faith hope heaven
access apikey apikeys security secure private gateway billing
fuckyou fuckoff asshole bullshit biteme
`;

const wholes = `
111111111111 000000000000 222222222222 333333333333 444444444444 555555555555 666666666666 777777777777
888888888888 999999999999 123123123123 123412341234 123456123456 121212121212 112233445566 010203040506
123321123321 147258369147 159753159753 987654321098 012345678901 123456789012 1234567890123 12345678901234
123456789012345 1234567890123456 123456789123 123456789abc 1234567890ab 1234567890abc 1234567890-= 098765432109
111222333444 123454321234 147852369147 741852963741 789456123789 456123789456 321321321321 654321654321
aaaaaaaaaaaa bbbbbbbbbbbb xxxxxxxxxxxx zzzzzzzzzzzz abababababab abcabcabcabc abcdabcdabcd aaabbbcccddd
aabbccddeeff abcdefabcdef abcdefghijkl abcdefghijklm abcdefghijklmnop abcdefghijklmnopqrstuvwxyz zyxwvutsrqpo
a1a1a1a1a1a1 a1b2c3d4e5f6 1a2b3c4d5e6f 1a2s3d4f5g6h 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qaz2wsx3edc4rfv
1qazxsw23edc 1qaz!qaz2wsx 1qaz@wsx3edc 1qaz2wsx!qaz@wsx zaq12wsxcde3 zaq1xsw2cde3 q1w2e3r4t5y6 qazwsxedcrfv
qwertyuiop[] qwertyuiop12 qwertyuiop123 qwertyuiopasdf qwertyuiopasdfghjkl qwertyasdfgh qwertyqwerty qwerty123456
qwertyuiopasdfghjklzxcvbnm qweqweqweqwe qweasdzxcqwe qweasdzxc123 asdfasdfasdf asdfghjkl123 asdfghjkl;'
asdasdasdasd zxczxczxczxc zxcvbnm12345 zxcvbnmasdfghjkl poiuytrewq12 poiuytrewqlk mnbvcxzlkjhg lkjhgfdsapoi
qwer1234asdf qwer1234qwer asdf1234asdf 1234qwer1234 1234qwerasdf qwertyuiopü azertyuiop12 azertyuiopqs
iloveyouforever iloveyousomuch iloveyoubaby iloveyou1234 iloveyou12345 ilovemymother ilovemyfamily ilovemywife
ilovemymom ilovejesus12 ihateyou1234 ihatepasswords thisismypassword thisisapassword thisispassword thisisasecret
mypasswordis mypassword12 mypassword123 ineedapassword nopasswordneeded forgotpassword forgottenpassword
iforgotmypassword dontknowmypassword enterpassword enterpassword1 resetmypassword changemepassword
passwordpassword passwordispassword secretpassword adminpassword rootpassword userpassword defaultpassword
temporarypassword strongpassword securepassword goodpassword superpassword longpassword bestpassword
letmeinplease letmein12345 openthedoor1 opensesame12 abracadabra1 abracadabra12 supercalifragilistic
supercalifragilisticexpialidocious tobeornottobe maytheforcebewithyou winteriscoming onceuponatime1
thequickbrownfox thequickbrownfoxjumps loremipsumdolor loremipsum12 helloworld12 helloworld123 hello1234567
welcometothejungle welcomehome1 welcome12345 welcome123456 godblessamerica unitedstates unitedkingdom
manchesterunited manchestercity liverpoolfc1 realmadrid12 fcbarcelona1 barcelona123 dallascowboys newyorkyankees
administrator administrator1 administrador superadministrator systemadmin1 administracion databaseadmin
correcthorsebatterystaple trustno1trustno1 zaq!2wsx#edc 1234abcd1234 abcd1234abcd abc123abc123 123abc123abc
test12345678 test123456789 testtesttest test1234test user12345678 login1234567 guest1234567 demo12345678
monkey123456 dragon123456 master123456 shadow123456 football1234 baseball1234 superman1234 princess1234
sunshine1234 charlie12345 michael12345 jennifer1234 chocolate123 pokemon12345 starwars1234 butterfly123
computer1234 internet1234 whatever1234 freedom12345 jordan123456 liverpool123 chelsea12345 arsenal12345
`;

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

/** Longest first, so that "administrator" isn't left as "istrator". */
export const commonRoots: readonly string[] = words(roots).sort((a, b) => b.length - a.length);

export const commonPasswords: ReadonlySet<string> = new Set(words(wholes));
